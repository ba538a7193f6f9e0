-- Status tiap vonis benar / the status of each verdict
-- over: expected
SELECT token, l.status || ' instead of ' || e.status AS wrong
FROM expected AS e
JOIN last_verdicts AS l USING (token, directive)
WHERE l.status <> e.status OR l.version <> e.version
