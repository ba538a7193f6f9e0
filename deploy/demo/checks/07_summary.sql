-- Ringkasan status sesuai vonisnya / the overall status follows from the verdicts
-- over: coverage
SELECT token, status || ' at seq ' || seq AS wrong
FROM coverage
WHERE
    status <> CASE
        WHEN list_contains([v.status FOR v IN verdicts], 'GAP') THEN 'GAP'
        WHEN len(verdicts) > 0 THEN 'COVERED'
        ELSE 'NOT_ELIGIBLE'
    END
