-- Runs over all records that decide each anew by the rules in force.
create table identity_rematch (
    id uuid not null primary key,
    -- Counts all changes: a process that finds another number than it wrote is not at it any more.
    revision bigint not null,
    -- Version and fingerprint of the rules.
    rules text not null,
    state text not null check (state in ('running', 'paused', 'done', 'cancelled')),
    -- The last record that was decided anew.
    position uuid,
    total bigint not null,
    examined bigint not null,
    linked bigint not null,
    asked bigint not null,
    would_part bigint not null,
    -- The first submissions whose records would part.
    parting jsonb not null,
    errors bigint not null,
    started_by uuid,
    started_at timestamptz not null,
    updated_at timestamptz not null,
    finished_at timestamptz,
    -- When a process last said that it is at it; null when none is.
    seen_at timestamptz
);

-- One at a time.
create unique index identity_rematch_active on identity_rematch ((finished_at is null)) where finished_at is null;
