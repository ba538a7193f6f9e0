-- Program yang belum ada benar / the programmes missing
-- over: expected
SELECT token, l.missing::VARCHAR || ' instead of ' || e.missing::VARCHAR AS wrong
FROM expected AS e
JOIN last_verdicts AS l USING (token, directive)
WHERE l.missing IS DISTINCT FROM e.missing
