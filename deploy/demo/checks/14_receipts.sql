-- Tanda terima: tiap catatan di tepat satu kelas / receipts: each record in exactly one class
-- over: batches
SELECT
    batch AS token,
    CASE
        WHEN r.batch IS NULL THEN 'no receipt'
        ELSE
            'sent ' || batches.sent || ', manifest ' || coalesce(r.sent::VARCHAR, 'none') || ', accepted '
            || accepted || ', duplicate ' || duplicate || ', stale ' || stale || ', conflict ' || conflict
            || ', quarantined ' || quarantined || ' (planted ' || batches.spoiled || '), digest '
            || coalesce(digest_matches::VARCHAR, 'open') || ', ' || len(regencies) || ' regencies'
    END AS wrong
FROM batches
LEFT JOIN last_receipts AS r USING (batch)
WHERE
    r.batch IS NULL
    OR NOT r.complete
    OR r.sent IS DISTINCT FROM batches.sent
    OR accepted + duplicate + stale + conflict + quarantined + erased <> batches.sent
    OR quarantined <> batches.spoiled
    OR digest_matches IS DISTINCT FROM (CASE WHEN quarantined = 0 THEN TRUE END)
    OR list_sum([each.accepted FOR each IN regencies]) IS DISTINCT FROM accepted
    OR list_sum([each.quarantined FOR each IN regencies]) IS DISTINCT FROM quarantined
