-- Says that two records are one person. A merge that was taken back stays as a row.
create table person_merge (
    id uuid not null primary key,
    -- Of the last change, counted over all merges.
    revision bigint not null unique,
    kept_id uuid not null references person (id),
    joined_id uuid not null references person (id),
    note text not null,
    merged_by uuid,
    merged_at timestamptz not null,
    split_by uuid,
    split_at timestamptz
);
create index person_merge_kept_idx on person_merge (kept_id);
create index person_merge_joined_idx on person_merge (joined_id);

-- One row: merges and splits take turns by it, and it counts them.
create table merge_turn (
    id bigint not null primary key,
    revision bigint not null
);
insert into merge_turn (id, revision) values (1, 0);
