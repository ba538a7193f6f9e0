-- Tiap catatan mengubah sesuatu / each record changes something, the first opens with a verdict
-- over: coverage
SELECT token, 'seq ' || seq || ' says nothing new' AS wrong
FROM history
WHERE
    CASE
        WHEN place = 1 THEN len(verdicts) = 0
        ELSE region IS NOT DISTINCT FROM region_before AND verdicts IS NOT DISTINCT FROM verdicts_before
    END
