-- Sasaran per wilayah / targets per region
-- over: targets
SELECT targets.key AS token, targets.persons || ' recorded: ' || coalesce(said.target::VARCHAR, 'nothing') AS wrong
FROM targets
LEFT JOIN (
    SELECT key, d.directive AS directive, d.target AS target
    FROM (SELECT key, unnest(directives, recursive := false) AS d FROM last_totals)
) AS said USING (key, directive)
WHERE said.target IS DISTINCT FROM targets.persons
