-- Jumlah per wilayah dan arahan / totals per region and directive
-- over: counted_directives
SELECT key AS token, 'of ' || directive || ': ' || counted::VARCHAR || ' recorded: ' || coalesce(said::VARCHAR, 'nothing') AS wrong
FROM (
    SELECT key, directive, c AS counted FROM (
        SELECT key, directive, [eligible, covered, gap, never_registered, membership_ended, program_partial, in_arrears,
            lapsed, lapsing_30_days, incomplete_data] AS c
        FROM counted_directives
    )
)
FULL JOIN (
    SELECT key, d.directive, [d.eligible, d.covered, d.gap, d.never_registered, d.membership_ended, d.program_partial,
        d.in_arrears, d.lapsed, d.lapsing_30_days, d.incomplete_data] AS said
    FROM (SELECT key, unnest(directives, recursive := false) AS d FROM last_totals)
) USING (key, directive)
WHERE said IS DISTINCT FROM counted
