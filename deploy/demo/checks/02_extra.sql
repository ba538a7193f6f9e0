-- Tidak ada vonis bagi yang tidak dimaksud / no verdict on anyone not meant
-- over: last_verdicts
SELECT token, 'a verdict of ' || directive || ', which does not mean them' AS wrong
FROM last_verdicts
ANTI JOIN expected USING (token, directive)
