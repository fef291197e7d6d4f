-- Two records that are likely one person, until somebody decides.
create table duplicate (
    -- The older record; the pair has one order.
    one_id uuid not null references person (id),
    other_id uuid not null references person (id),
    state text not null check (state in ('open', 'same', 'different', 'skipped')),
    -- Order of the queue: likely ones first, then those that were skipped, as they were.
    place bigint not null,
    probability_ppm bigint not null,
    rules text not null,
    explanation jsonb not null,
    found_at timestamptz not null,
    decided_by uuid,
    decided_at timestamptz,
    primary key (one_id, other_id)
);
create index duplicate_place_idx on duplicate (place, one_id, other_id);

-- One row: the last scan.
create table duplicate_scan (
    id bigint not null primary key,
    revision bigint not null,
    state text not null check (state in ('never', 'running', 'done')),
    scanned bigint not null,
    total bigint not null,
    found bigint not null,
    started_by uuid,
    started_at timestamptz,
    -- When a process last said that it is at it; null until one is.
    seen_at timestamptz,
    ended_at timestamptz
);
insert into duplicate_scan (id, revision, state, scanned, total, found)
values (1, 0, 'never', 0, 0, 0);
