-- Urutan 1, 2, 3 … tanpa celah / seq counts 1, 2, 3 … per person, in one partition
-- over: coverage
SELECT token, 'seq ' || seq || ' at place ' || place AS wrong
FROM history
WHERE seq <> place OR "partition" <> coalesce(partition_before, "partition")
