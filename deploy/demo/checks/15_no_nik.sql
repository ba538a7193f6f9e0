-- Tidak ada NIK, token berbentuk token / no NIK in any text, tokens are tokens
-- over: coverage
SELECT token, 'in a record of coverage.persons' AS wrong
FROM coverage
WHERE
    NOT regexp_full_match(token, '[0-9a-f]{32}')
    OR regexp_matches(concat_ws('|', region, previous_region, verdicts::VARCHAR), '(^|[^0-9])[0-9]{16}([^0-9]|$)')
