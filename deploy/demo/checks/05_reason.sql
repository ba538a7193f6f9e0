-- Alasan tiap celah benar / the reason of each gap
-- over: expected
SELECT token, coalesce(l.reason, 'none') || ' instead of ' || coalesce(e.reason, 'none') AS wrong
FROM expected AS e
JOIN last_verdicts AS l USING (token, directive)
WHERE l.reason IS DISTINCT FROM e.reason
