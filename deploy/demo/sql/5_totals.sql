-- docs/rules.md section 6 and the counts of RegionTotals, added up from persons; key ID is the nation.

CREATE TABLE homes AS
SELECT token, left(region, 5) AS regency FROM persons;

CREATE MACRO places(regency) AS [regency, left(regency, 2), 'ID'];

CREATE TABLE counted_persons AS
SELECT key, count(*) AS persons FROM (SELECT unnest(places(regency)) AS key FROM homes) GROUP BY key;

CREATE TABLE counted_directives AS
WITH findings AS (
    SELECT
        unnest(places(regency)) AS key,
        meant.directive,
        meant.meant,
        expected.status,
        expected.reason,
        expected.lapsing
    FROM meant
    JOIN homes ON homes.token = meant.token
    LEFT JOIN expected ON expected.token = meant.token AND expected.directive = meant.directive
)
SELECT
    key,
    directive,
    count(*) FILTER (meant) AS eligible,
    count(*) FILTER (status = 'COVERED') AS covered,
    count(*) FILTER (status = 'GAP') AS gap,
    count(*) FILTER (reason = 'NEVER_REGISTERED') AS never_registered,
    count(*) FILTER (reason = 'MEMBERSHIP_ENDED') AS membership_ended,
    count(*) FILTER (reason = 'PROGRAM_PARTIAL') AS program_partial,
    count(*) FILTER (reason = 'IN_ARREARS') AS in_arrears,
    count(*) FILTER (reason = 'LAPSED') AS lapsed,
    count(*) FILTER (lapsing) AS lapsing_30_days,
    count(*) FILTER (meant IS NULL) AS incomplete_data
FROM findings
GROUP BY ALL;

CREATE TABLE counted_discrepancies AS
WITH facts AS (
    SELECT
        unnest(CASE WHEN persons.token IS NULL THEN ['ID'] ELSE places(left(persons.region, 5)) END) AS key,
        presence,
        work_status,
        memberships.token IS NOT NULL AS member,
        persons.token IS NOT NULL AS ranked,
        cause,
        coalesce(len(situations.alive), 0) > 0 AS alive,
        [e.segment FOR e IN coalesce(enrolments, [])] AS segments,
        list_distinct([
            e.payer FOR e IN coalesce(enrolments, [])
            IF e.payer IN ('APBN', 'APBD_PROVINCE', 'APBD_REGENCY', 'DBH_SAWIT', 'DBH_TOBACCO')
        ]) AS budgets
    FROM persons
    FULL JOIN memberships ON memberships.token = persons.token
    LEFT JOIN situations ON situations.token = memberships.token AND moment = 'now'
)
SELECT
    key,
    count(*) FILTER (presence = 'DECEASED' AND alive) AS dead_at_dtsen_alive_at_bpjs,
    count(*) FILTER (presence = 'PRESENT' AND member AND cause = 'DIED') AS dead_at_bpjs_present_at_dtsen,
    count(*) FILTER (len(budgets) >= 2) AS two_public_payers,
    count(*) FILTER (presence = 'PRESENT' AND work_status = 4 AND NOT list_contains(segments, 'PU'))
        AS employee_without_pu,
    count(*) FILTER (member AND NOT ranked) AS member_unknown_to_dtsen
FROM facts
GROUP BY ALL;
