-- Ketidakcocokan antarlembaga per wilayah / discrepancies per region
-- over: counted_discrepancies
SELECT key AS token, counted::VARCHAR || ' recorded: ' || coalesce(said::VARCHAR, 'nothing') AS wrong
FROM (
    SELECT key, [dead_at_dtsen_alive_at_bpjs, dead_at_bpjs_present_at_dtsen, two_public_payers, employee_without_pu,
        CASE WHEN key = 'ID' THEN member_unknown_to_dtsen ELSE 0 END] AS counted
    FROM counted_discrepancies
)
FULL JOIN (
    SELECT key, [d.dead_at_dtsen_alive_at_bpjs, d.dead_at_bpjs_present_at_dtsen, d.two_public_payers,
        d.employee_without_pu, d.member_unknown_to_dtsen] AS said
    FROM (SELECT key, discrepancies AS d FROM last_totals)
) USING (key)
WHERE said IS DISTINCT FROM counted
