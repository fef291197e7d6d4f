-- The log of facts, and what the projector needs besides the figures.

create table fact (
    -- from 1, without gaps
    position bigint primary key,
    event_id uuid not null unique,
    -- number of the kind of event
    kind smallint not null,
    -- aggregate that the fact is of
    subject uuid not null,
    revision bigint not null,
    at timestamptz not null,
    -- when it was appended
    kept_at timestamptz not null,
    -- the event's message, with nothing in it of who somebody is
    payload bytea not null
);

create index fact_subject on fact (subject, position);

-- One row. Whoever appends holds it until the commit, so positions become visible in their order.
create table log_head (
    one smallint primary key,
    position bigint not null,
    -- the last number that was given to a label
    label integer not null,
    -- the last number that was given to a generation
    generation smallint not null
);

insert into log_head (one, position, label, generation) values (1, 0, 0, 0);

-- Texts that figures are grouped by; all generations share them.
create table label (
    number integer primary key,
    name text not null unique
);

create table generation (
    number smallint primary key,
    -- living, building, verifying, leaving
    state text not null,
    -- of the last fact that it holds
    position bigint not null,
    -- counts each change of its figures: who read under an older one may not write
    turn bigint not null,
    -- version of the way it is derived, and base currency
    model text not null,
    started_at timestamptz not null,
    -- of the latest fact that it holds
    as_of timestamptz
);

-- All facts that link, or may link, to one another: what is derived together. Holds one journey or several.
create table cluster (
    generation smallint not null,
    id uuid not null,
    -- ids that its facts are of or name, 16 bytes each
    nodes bytea not null,
    -- what it adds to the figures, so that a difference can be told without deriving it again
    contribution bytea not null,
    primary key (generation, id)
);

-- The cluster of a node.
create table member (
    generation smallint not null,
    node uuid not null,
    cluster_id uuid not null,
    primary key (generation, node)
);

-- Whose figures rest on rates of a currency, or on the weights.
create table reliance (
    generation smallint not null,
    -- ISO 4217 code; * for the weights
    parameter text not null,
    cluster_id uuid not null,
    -- first and last day that a rate was looked up for
    first_day integer not null,
    last_day integer not null,
    primary key (generation, parameter, cluster_id)
);

create index reliance_cluster on reliance (generation, cluster_id);

-- Clusters to be derived anew, because a rate or the weights changed.
create table stale (
    generation smallint not null,
    cluster_id uuid not null,
    primary key (generation, cluster_id)
);

-- Rates as the facts say; the day counts from 1970-01-01.
create table rate (
    base text not null,
    currency text not null,
    day integer not null,
    billionths bigint not null,
    primary key (base, currency, day)
);
