-- What a read_committed subscriber recorded: each person's last record, and its verdicts one a row.

CREATE VIEW history AS
SELECT
    *,
    row_number() OVER one AS place,
    lag(region) OVER one AS region_before,
    lag(verdicts) OVER one AS verdicts_before,
    lag("partition") OVER one AS partition_before
FROM coverage
WINDOW one AS (PARTITION BY token ORDER BY "partition", "offset");

CREATE TABLE last_records AS
SELECT * FROM coverage
QUALIFY row_number() OVER (PARTITION BY token ORDER BY "partition" DESC, "offset" DESC) = 1;

CREATE TABLE last_verdicts AS
SELECT
    token,
    region,
    verdict.directive AS directive,
    verdict.version AS version,
    verdict.status AS status,
    verdict.missing AS missing,
    verdict.reason AS reason
FROM (SELECT token, region, unnest(verdicts, recursive := false) AS verdict FROM last_records);
