-- Copy of the merges of the client base, one row for each direction; the highest revision counts.
create table person_link (
    merge_id uuid not null,
    from_id uuid not null,
    to_id uuid not null,
    revision bigint not null,
    in_force boolean not null,
    primary key (merge_id, from_id)
);
create index person_link_from_idx on person_link (from_id);
