-- What persons said of being written to or called. Rows are only added.
create table consent (
    id uuid not null primary key,
    person_id uuid not null references person (id),
    -- Of the person, when it was recorded.
    revision bigint not null,
    channel text not null check (channel in ('email', 'sms', 'call', 'letter')),
    -- Empty for all.
    purpose text not null check (purpose in ('', 'farewell', 'mailing', 'greeting', 'survey')),
    -- Folded address or number; empty for all of the person.
    contact text not null,
    state text not null check (state in ('given', 'refused')),
    source text not null,
    proof text not null,
    stated_at timestamptz not null,
    recorded_by uuid,
    recorded_at timestamptz not null,
    unique (person_id, revision)
);
