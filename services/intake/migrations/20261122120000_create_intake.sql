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
    -- Whose it is, and why: the explanation with all that it rests on. Null where nobody had to be told.
    identity_id uuid,
    decision jsonb,
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
    identity_id uuid not null,
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
create index lead_identity on lead (identity_id, id);

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

-- What is compared: a submission, a card that was corrected or a person of the client base in normalised form,
-- under the identity it was given to. The id is that of its source.
create table identity_record (
    id uuid not null primary key,
    identity_id uuid not null,
    body text not null
);
create index identity_record_identity on identity_record (identity_id, id);

-- Under which keys identities are found, and how many have each. `identities` are the ids one after the other, in
-- order of arrival; empty for words and for keys that are too common to be followed. A batch writes a key only as
-- it has read it, less what it adds: of two concurrent first leads of one person the second is decided again.
create table identity_key (
    hash bigint not null,
    count integer not null,
    kind smallint not null,
    -- What the last batch added to the count.
    step smallint not null,
    identities bytea not null,
    primary key (hash, kind)
);

-- Identities that are one person with others, and the identity by which they are called together. No record moves.
create table identity_member (
    identity_id uuid not null primary key,
    head_id uuid not null,
    -- The head before, by which concurrent links are told.
    before_id uuid not null
);
create index identity_member_head on identity_member (head_id);

-- Why two identities are one person. A link that ended is kept.
create table identity_link (
    id uuid not null primary key,
    one_id uuid not null,
    other_id uuid not null,
    cause text not null check (cause in ('matched', 'reviewed', 'client_base', 'merged', 'rematched')),
    -- What showed it: a submission, a review or a merge in the client base.
    source_id uuid,
    probability_ppm integer,
    by_id uuid,
    linked_at timestamptz not null,
    ended_at timestamptz,
    ended_by uuid
);
create index identity_link_one on identity_link (one_id) where ended_at is null;
create index identity_link_other on identity_link (other_id) where ended_at is null;
create index identity_link_source on identity_link (source_id);

-- Identities that people told apart: no rule makes one person of them.
create table identity_apart (
    one_id uuid not null,
    other_id uuid not null,
    by_id uuid,
    at timestamptz not null,
    primary key (one_id, other_id)
);
create index identity_apart_other on identity_apart (other_id);

-- Pairs that people are asked about.
create table identity_review (
    id uuid not null primary key,
    one_id uuid not null,
    other_id uuid not null,
    -- Null of a person of the client base.
    submission_id uuid,
    probability_ppm integer not null,
    state text not null check (state in ('open', 'skipped', 'same', 'different', 'settled')),
    created_at timestamptz not null,
    decided_by uuid,
    decided_at timestamptz,
    note text not null
);
create index identity_review_state on identity_review (state, id);
create index identity_review_submission on identity_review (submission_id) where submission_id is not null;
create index identity_review_one on identity_review (one_id);
create index identity_review_other on identity_review (other_id);

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
    responsible_id uuid,
    identity_id uuid not null
);
create index person_identity on person (identity_id);
