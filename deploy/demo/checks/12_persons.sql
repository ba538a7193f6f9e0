-- Orang per wilayah, dihitung lengkap pada tanggal ini / persons per region, all partitions, at this date
-- over: counted_persons
SELECT key AS token, counted_persons.persons || ' recorded: ' || coalesce(t.persons::VARCHAR, 'nothing') AS wrong
FROM counted_persons
FULL JOIN last_totals AS t USING (key), given
WHERE
    t.persons IS DISTINCT FROM counted_persons.persons
    OR t.partitions_reported IS DISTINCT FROM t.partitions
    OR t.business_date IS DISTINCT FROM given.business_date
