-- docs/rules.md section 3: months in arrears and what is alive, at the business date and 30 days on.

CREATE TABLE dates AS
SELECT 'now' AS moment, business_date AS day FROM given
UNION ALL
SELECT 'soon', business_date + 30 FROM given;

CREATE VIEW enrolments AS
SELECT token, unnest(enrolments, recursive := false) AS enrolment FROM memberships;

-- Every month anybody could owe, with its due date, per segment that pays monthly.
CREATE TABLE dues AS
SELECT
    segment,
    month::DATE AS month,
    (month + to_months(due_month_offset) + to_days(due_day - 1))::DATE AS due
FROM segments, given, generate_series(DATE '1977-01-01', business_date + 400, INTERVAL 1 MONTH) AS s(month)
WHERE kind = 'monthly';

CREATE TABLE arrears AS
WITH paid AS (
    SELECT DISTINCT enrolment.segment AS segment, enrolment.paid_through AS paid_through FROM enrolments
)
SELECT
    paid.segment,
    paid_through,
    moment,
    CASE
        WHEN kind = 'monthly' THEN (
            SELECT count(*)
            FROM dues
            WHERE dues.segment = paid.segment AND month > paid_through AND due < day
        )
        WHEN day <= paid_through THEN 0
        ELSE
            (year(day) * 12 + month(day))
            - (year(paid_through + 1) * 12 + month(paid_through + 1))
            + 1
    END AS months
FROM paid
JOIN segments ON segments.segment = paid.segment, dates;

-- One row a person, moment and program that any enrolment has: how far the best of them is behind.
CREATE TABLE programs AS
SELECT token, moment, program, min(months) AS months
FROM (
    SELECT token, enrolment.segment, enrolment.paid_through, unnest(enrolment.programs) AS program FROM enrolments
) AS has
JOIN arrears ON arrears.segment = has.segment AND arrears.paid_through = has.paid_through
GROUP BY ALL;

CREATE TABLE situations AS
SELECT
    token,
    moment,
    list(program) FILTER (months <= tolerance) AS alive,
    list(program) FILTER (months > tolerance AND months <= arrears_months) AS behind
FROM programs, given
GROUP BY ALL;
