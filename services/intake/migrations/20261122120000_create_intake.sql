-- Ways in that staff set up.
create table door (
    id uuid not null primary key,
    kind text not null check (kind in ('form', 'mailbox', 'line')),
    key text not null,
    secret text not null,
    name text not null,
    campaign_id uuid,
    activity_id uuid,
    topic text not null,
    locale text not null,
    country text not null,
    responsible_id uuid,
    allowed_origins jsonb not null,
    redirect_url text not null,
    active boolean not null,
    created_at timestamptz not null,
    unique (key)
);
create index door_name_id on door (name, id);

-- Everything that arrived, as received, each with its one verdict.
create table submission (
    id uuid not null primary key,
    received_at timestamptz not null,
    channel text not null,
    door_id uuid,
    -- Whose keys these are: a door, a partner, a member of staff; a test key has a scope of its own.
    scope text not null,
    idempotency_key text,
    content_hash bytea not null,
    -- Message-ID of an e-mail, by which replies find it.
    message_id text,
    content_type text not null,
    raw bytea not null,
    source jsonb not null,
    verdict text not null check (verdict in ('created', 'attached', 'duplicate', 'interest', 'held', 'rejected')),
    reason text not null,
    detail text not null,
    flags jsonb not null,
    lead_id uuid,
    duplicate_of uuid,
    sandbox boolean not null,
    trace_id text not null,
    arrivals integer not null,
    last_arrived_at timestamptz not null,
    decided_by uuid,
    decided_at timestamptz,
    unique (scope, idempotency_key)
);
create index submission_content on submission (content_hash, scope)
    where verdict in ('created', 'attached', 'interest', 'held');
create index submission_message on submission (message_id) where message_id is not null;
create index submission_lead on submission (lead_id, id) where lead_id is not null;
create index submission_verdict on submission (verdict, id);

create table lead (
    id uuid not null primary key,
    revision bigint not null,
    state text not null check (state in ('new', 'in_work', 'qualified', 'refused')),
    full_name text not null,
    given_name text not null,
    family_name text not null,
    emails jsonb not null,
    phones jsonb not null,
    organisation text not null,
    private_person boolean not null,
    locale text not null,
    city text not null,
    country text not null,
    topic text not null,
    sale_object text not null,
    project text not null,
    source jsonb not null,
    campaign_id uuid,
    message text not null,
    talk text not null,
    outcome text check (outcome in ('positive', 'negative', 'satisfactory', 'undefined')),
    reason text not null,
    contact_kind text not null,
    next_contact_at timestamptz,
    temperature text check (temperature in ('cold', 'warm', 'hot')),
    responsible_id uuid,
    assigned_because text not null,
    person_id uuid,
    deal_id uuid,
    deal_stage text not null,
    deal_open boolean not null,
    deal_revision bigint not null,
    received_at timestamptz not null,
    flags jsonb not null,
    enquiries integer not null,
    -- Name, organisation, addresses and numbers, folded by the program.
    search text not null
);
create index lead_state on lead (state, id);
create index lead_responsible on lead (responsible_id, id);
create index lead_campaign on lead (campaign_id, id) where campaign_id is not null;
create index lead_person on lead (person_id, id) where person_id is not null;

create table lead_history (
    lead_id uuid not null references lead (id),
    revision bigint not null,
    at timestamptz not null,
    kind text not null,
    note text not null,
    by_id uuid,
    submission_id uuid,
    primary key (lead_id, revision)
);

-- Contact points and who holds them. Two people may share one: each has a slot of it. The first
-- of two concurrent twins takes the slot, the other finds it taken and looks again.
create table identity_key (
    kind text not null check (kind in ('email', 'phone')),
    value text not null,
    slot integer not null,
    lead_id uuid,
    person_id uuid,
    -- Folded, for comparing alone.
    name text not null,
    primary key (kind, value, slot)
);
create index identity_key_lead on identity_key (lead_id) where lead_id is not null;
create index identity_key_person on identity_key (person_id) where person_id is not null;

-- Attention without a person.
create table interest (
    id uuid not null primary key,
    submission_id uuid not null references submission (id),
    organisation text not null,
    contacts jsonb not null,
    source jsonb not null,
    received_at timestamptz not null,
    unique (submission_id)
);

-- One row per telephone call, whatever the order of its announcements.
create table call (
    id uuid not null primary key,
    door_id uuid not null references door (id),
    reference text not null,
    submission_id uuid not null,
    ringing_at timestamptz,
    answered_at timestamptz,
    ended_at timestamptz,
    duration_s bigint,
    agent text not null,
    note text not null,
    unique (door_id, reference)
);

-- Copies of what other services announce.
create table staff (
    id uuid not null primary key,
    revision bigint not null,
    name text not null,
    agent boolean not null,
    active boolean not null
);
create table person (
    id uuid not null primary key,
    revision bigint not null,
    full_name text not null,
    given_name text not null,
    family_name text not null,
    emails jsonb not null,
    phones jsonb not null,
    organisation text not null,
    locale text not null,
    responsible_id uuid
);
