-- docs/rules.md section 5: the verdict on each person each directive means.

CREATE TABLE expected AS
WITH judged AS (
    SELECT
        meant.token,
        persons.region,
        d.directive,
        d.version,
        [p FOR p IN d.requires IF NOT list_contains(coalesce(now.alive, []), p)] AS missing,
        [p FOR p IN d.requires IF NOT list_contains(coalesce(soon.alive, []), p)] AS missing_soon,
        memberships.token IS NULL AS never,
        coalesce(len(memberships.enrolments), 0) = 0 AS ended,
        coalesce(now.behind, []) AS behind,
        len(d.requires) AS required
    FROM meant
    JOIN persons ON persons.token = meant.token
    JOIN directives AS d ON d.directive = meant.directive
    LEFT JOIN memberships ON memberships.token = meant.token
    LEFT JOIN situations AS now ON now.token = meant.token AND now.moment = 'now'
    LEFT JOIN situations AS soon ON soon.token = meant.token AND soon.moment = 'soon'
    WHERE meant.meant
)
SELECT
    token,
    region,
    directive,
    version,
    missing,
    CASE WHEN len(missing) = 0 THEN 'COVERED' ELSE 'GAP' END AS status,
    CASE
        WHEN len(missing) = 0 THEN NULL
        WHEN never THEN 'NEVER_REGISTERED'
        WHEN ended THEN 'MEMBERSHIP_ENDED'
        WHEN len(missing) < required THEN 'PROGRAM_PARTIAL'
        WHEN list_has_any(missing, behind) THEN 'IN_ARREARS'
        ELSE 'LAPSED'
    END AS reason,
    len(missing) = 0 AND len(missing_soon) > 0 AS lapsing
FROM judged;
