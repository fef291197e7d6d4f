create table topic (
    id uuid primary key,
    revision bigint not null,
    code text not null unique,
    name text not null,
    is_default boolean not null
);

-- One topic takes the deals that name none.
create unique index topic_is_default_key on topic (is_default) where is_default;

create table stage (
    topic_id uuid not null references topic (id),
    code text not null,
    place integer not null,
    name text not null,
    probability_percent integer not null check (probability_percent between 0 and 100),
    limit_days integer check (limit_days > 0),
    gate jsonb not null,
    primary key (topic_id, code)
);
