-- Region codes compare byte by byte, so that everything below 74.71 is one range: '74.71.' to '74.71/'.
CREATE TABLE coverage_person (
    token           uuid PRIMARY KEY,
    seq             bigint NOT NULL,
    status          text NOT NULL,
    verdicts        jsonb NOT NULL,
    region          text COLLATE "C" NOT NULL,
    regency         text COLLATE "C" NOT NULL,
    province        text COLLATE "C" NOT NULL,
    covered_through date,
    business_date   date NOT NULL,
    decided_at      timestamptz NOT NULL,
    change          text NOT NULL,
    causes          jsonb NOT NULL,
    previous_region text COLLATE "C",
    evidence        json NOT NULL
);

-- The token before the region: a list of a regency is read in the order of its pages, and a district or
-- village within it is told apart in the index. A province is read from its regencies: an index of its own
-- would cost a fifth of the speed of writing.
CREATE INDEX coverage_person_regency ON coverage_person (regency, status, token, region);

CREATE TABLE coverage_person_history (
    token           uuid NOT NULL,
    seq             bigint NOT NULL,
    status          text NOT NULL,
    verdicts        jsonb NOT NULL,
    region          text COLLATE "C" NOT NULL,
    covered_through date,
    business_date   date NOT NULL,
    decided_at      timestamptz NOT NULL,
    change          text NOT NULL,
    causes          jsonb NOT NULL,
    previous_region text COLLATE "C",
    evidence        json NOT NULL,
    PRIMARY KEY (token, seq)
);

-- Each open gap of each person, one row a directive: what a gap list is read from.
CREATE TABLE coverage_gap (
    token     uuid NOT NULL,
    directive text COLLATE "C" NOT NULL,
    version   integer NOT NULL,
    reason    text COLLATE "C" NOT NULL,
    region    text COLLATE "C" NOT NULL,
    regency   text COLLATE "C" NOT NULL,
    province  text COLLATE "C" NOT NULL,
    PRIMARY KEY (token, directive)
);

CREATE INDEX coverage_gap_regency ON coverage_gap (regency, directive, reason, token, region);

CREATE TABLE coverage_region (
    region              text COLLATE "C" PRIMARY KEY,
    level               text NOT NULL,
    business_date       date NOT NULL,
    persons             bigint NOT NULL,
    directives          jsonb NOT NULL,
    discrepancies       jsonb NOT NULL,
    partitions_reported integer NOT NULL,
    partitions          integer NOT NULL,
    control_offset      bigint NOT NULL,
    updated_at          timestamptz NOT NULL
);

CREATE TABLE directive (
    id                text PRIMARY KEY,
    version           integer NOT NULL,
    state             text NOT NULL,
    in_force_version  integer,
    document          jsonb,
    faults            jsonb NOT NULL,
    preview           jsonb,
    bounds            jsonb,
    notes             jsonb NOT NULL,
    approved_by       text,
    by_whom           text NOT NULL,
    legal_basis       text NOT NULL,
    rollout_paused_at date,
    business_date     date,
    updated_at        timestamptz NOT NULL
);

-- Where the sink has come to, written in the same transaction as the rows.
CREATE TABLE sink_position (
    topic       text NOT NULL,
    partition   integer NOT NULL,
    next_offset bigint NOT NULL,
    topic_id    text NOT NULL,
    cluster_id  text NOT NULL,
    seen_at     timestamptz NOT NULL,
    PRIMARY KEY (topic, partition)
);
