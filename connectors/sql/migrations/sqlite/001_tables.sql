-- As in PostgreSQL; SQLite has no types of its own for them: a token is 32 hex characters, dates and moments
-- are ISO 8601 (moments in UTC), lists and records are JSON.
CREATE TABLE coverage_person (
    token           text NOT NULL PRIMARY KEY,
    seq             integer NOT NULL,
    status          text NOT NULL,
    verdicts        text NOT NULL,
    region          text NOT NULL,
    regency         text NOT NULL,
    province        text NOT NULL,
    covered_through text,
    business_date   text NOT NULL,
    decided_at      text NOT NULL,
    change          text NOT NULL,
    causes          text NOT NULL,
    previous_region text,
    evidence        text NOT NULL
);

-- The token before the region: a list of a regency is read in the order of its pages, and a district or
-- village within it is told apart in the index. A province is read from its regencies: an index of its own
-- would cost a fifth of the speed of writing.
CREATE INDEX coverage_person_regency ON coverage_person (regency, status, token, region);

CREATE TABLE coverage_person_history (
    token           text NOT NULL,
    seq             integer NOT NULL,
    status          text NOT NULL,
    verdicts        text NOT NULL,
    region          text NOT NULL,
    covered_through text,
    business_date   text NOT NULL,
    decided_at      text NOT NULL,
    change          text NOT NULL,
    causes          text NOT NULL,
    previous_region text,
    evidence        text NOT NULL,
    PRIMARY KEY (token, seq)
);

-- Each open gap of each person, one row a directive: what a gap list is read from.
CREATE TABLE coverage_gap (
    token     text NOT NULL,
    directive text NOT NULL,
    version   integer NOT NULL,
    reason    text NOT NULL,
    region    text NOT NULL,
    regency   text NOT NULL,
    province  text NOT NULL,
    PRIMARY KEY (token, directive)
);

CREATE INDEX coverage_gap_regency ON coverage_gap (regency, directive, reason, token, region);

CREATE TABLE coverage_region (
    region              text PRIMARY KEY,
    level               text NOT NULL,
    business_date       text NOT NULL,
    persons             integer NOT NULL,
    directives          text NOT NULL,
    discrepancies       text NOT NULL,
    partitions_reported integer NOT NULL,
    partitions          integer NOT NULL,
    control_offset      integer NOT NULL,
    updated_at          text NOT NULL
);

CREATE TABLE directive (
    id                text PRIMARY KEY,
    version           integer NOT NULL,
    state             text NOT NULL,
    in_force_version  integer,
    document          text,
    faults            text NOT NULL,
    preview           text,
    bounds            text,
    notes             text NOT NULL,
    approved_by       text,
    by_whom           text NOT NULL,
    legal_basis       text NOT NULL,
    rollout_paused_at text,
    business_date     text,
    updated_at        text NOT NULL
);

-- Where the sink has come to, written in the same transaction as the rows.
CREATE TABLE sink_position (
    topic       text NOT NULL,
    partition   integer NOT NULL,
    next_offset integer NOT NULL,
    topic_id    text NOT NULL,
    cluster_id  text NOT NULL,
    seen_at     text NOT NULL,
    PRIMARY KEY (topic, partition)
);
