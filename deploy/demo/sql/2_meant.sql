-- docs/rules.md section 4: whom each directive means. SQL's NULL is the rules' "not known": a chain of AND is
-- false when a clause is false, NULL when none is false and one is not known, true when all are true.

CREATE TABLE meant AS
WITH aged AS (
    SELECT
        persons.*,
        year(business_date) - year(birth_date)
        - ((month(business_date), day(business_date)) < (month(birth_date), day(birth_date)))::INTEGER AS age
    FROM persons, given
)
SELECT
    token,
    directive,
    list_contains(d.presence, aged.presence)
    AND CASE
        WHEN len(d.regions) = 0 THEN true
        WHEN list_bool_or([aged.region = r OR starts_with(aged.region, r || '.') FOR r IN d.regions]) THEN true
        WHEN list_bool_or([starts_with(r, aged.region || '.') FOR r IN d.regions]) THEN NULL
        ELSE false
    END
    AND (
        NOT d.has_welfare
        OR coalesce(list_contains(d.deciles, aged.decile), false)
        OR (d.extreme_poor AND aged.extreme_poor)
        OR (d.unranked AND aged.decile IS NULL)
    )
    AND (d.age_from IS NULL OR age >= d.age_from)
    AND (d.age_to IS NULL OR age <= d.age_to)
    AND (d.sex IS NULL OR aged.sex = d.sex)
    AND CASE
        WHEN d.work_statuses IS NULL THEN true
        WHEN aged.work_status IS NULL THEN NULL
        ELSE list_contains(d.work_statuses, aged.work_status)
    END
    AND CASE
        WHEN d.industries IS NULL THEN true
        WHEN aged.industry IS NULL THEN NULL
        ELSE list_contains(d.industries, aged.industry)
    END AS meant
FROM aged, directives AS d;
