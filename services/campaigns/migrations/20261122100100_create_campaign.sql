create table campaign (
    id uuid not null primary key,
    revision bigint not null,
    kind text not null,
    state text not null check (state in ('preparing', 'running', 'past')),
    name text not null,
    department text not null,
    place text not null,
    starts_at timestamptz,
    ends_at timestamptz,
    organiser text not null,
    project text not null,
    responsible_id uuid,
    note text not null,
    created_at timestamptz not null
);
create index campaign_created_idx on campaign (created_at, id);

create table activity (
    id uuid not null primary key,
    campaign_id uuid not null references campaign (id),
    kind text not null,
    name text not null,
    starts_at timestamptz,
    ends_at timestamptz,
    result text not null
);
create index activity_campaign_idx on activity (campaign_id);

create table participant (
    id uuid not null primary key,
    revision bigint not null,
    campaign_id uuid not null references campaign (id),
    status text not null check (status in ('undefined', 'potential', 'actual', 'refused')),
    full_name text not null,
    given_name text not null,
    family_name text not null,
    organisation text not null,
    emails jsonb not null,
    phones jsonb not null,
    locale text not null,
    person_id uuid,
    added_at timestamptz not null,
    -- First contact folded: the same contact twice is one participant.
    contact_key text not null,
    unique (campaign_id, contact_key)
);
create index participant_page_idx on participant (campaign_id, added_at, id);

create table response (
    id uuid not null primary key,
    campaign_id uuid not null references campaign (id),
    activity_id uuid references activity (id),
    participant_id uuid not null references participant (id),
    positive boolean not null,
    answer text not null,
    recorded_by uuid,
    responded_at timestamptz not null
);
create index response_page_idx on response (campaign_id, responded_at, id);

create table interaction (
    id uuid not null primary key,
    campaign_id uuid not null references campaign (id),
    participant_id uuid not null references participant (id),
    kind text not null,
    inbound boolean not null,
    result text not null,
    at timestamptz not null,
    by_staff_id uuid
);
create index interaction_page_idx on interaction (participant_id, at, id);

-- What a campaign brought, from events. `campaign_id` may name a campaign that is not here (yet).
create table campaign_lead (
    lead_id uuid not null primary key,
    campaign_id uuid not null
);
create index campaign_lead_campaign_idx on campaign_lead (campaign_id);

create table campaign_deal (
    deal_id uuid not null primary key,
    campaign_id uuid,
    revision bigint not null,
    state text not null check (state in ('open', 'won', 'lost'))
);
create index campaign_deal_campaign_idx on campaign_deal (campaign_id);

-- The lead that a response became or joined; intake may tell of it before the response is here.
create table response_lead (
    response_id uuid not null primary key,
    lead_id uuid not null
);
