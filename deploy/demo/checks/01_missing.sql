-- Setiap orang yang dimaksud punya vonis / everyone meant has a verdict
-- over: expected
SELECT token, 'no verdict of ' || directive AS wrong
FROM expected
ANTI JOIN last_verdicts USING (token, directive)
