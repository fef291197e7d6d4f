create table cost (
    id uuid not null primary key,
    revision bigint not null,
    campaign_id uuid not null references campaign (id),
    kind text not null check (kind in ('expense', 'labour')),
    line text not null,
    planned_minor bigint,
    planned_currency text,
    actual_minor bigint,
    actual_currency text,
    -- Of labour alone: what an hour costs, and the minutes.
    rate_minor bigint,
    rate_currency text,
    planned_minutes bigint,
    actual_minutes bigint,
    spent_at timestamptz not null,
    activity_id uuid references activity (id),
    channel text not null,
    responsible_id uuid,
    supplier_id uuid,
    note text not null,
    removed boolean not null,
    recorded_at timestamptz not null
);
create index cost_page_idx on cost (campaign_id, spent_at, id);
-- Costs of a period, for the plan and for channels.
create index cost_spent_idx on cost (spent_at);

create table supplier (
    campaign_id uuid not null references campaign (id),
    organisation_id uuid not null,
    revision bigint not null,
    name text not null,
    role text not null,
    note text not null,
    removed boolean not null,
    added_at timestamptz not null,
    primary key (campaign_id, organisation_id)
);
create index supplier_page_idx on supplier (campaign_id, added_at, organisation_id);

create table supplier_interaction (
    id uuid not null primary key,
    campaign_id uuid not null,
    organisation_id uuid not null,
    kind text not null,
    inbound boolean not null,
    result text not null,
    at timestamptz not null,
    by_staff_id uuid,
    foreign key (campaign_id, organisation_id) references supplier (campaign_id, organisation_id)
);
create index supplier_interaction_page_idx on supplier_interaction (campaign_id, organisation_id, at, id);

create table plan (
    id uuid not null primary key,
    revision bigint not null,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    channel text not null,
    campaign_id uuid,
    target_leads bigint not null,
    allowed_minor bigint,
    allowed_currency text,
    bonus_minor bigint,
    bonus_currency text,
    fixed_percent integer not null check (fixed_percent between 0 and 100),
    responsible_id uuid,
    note text not null,
    removed boolean not null,
    recorded_at timestamptz not null
);
create index plan_page_idx on plan (starts_at, id);

create table channel_figures (
    id uuid not null primary key,
    revision bigint not null,
    campaign_id uuid,
    channel text not null,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    reach bigint not null,
    clicks bigint not null,
    requests bigint not null,
    cost_minor bigint,
    cost_currency text,
    removed boolean not null,
    recorded_at timestamptz not null
);
create index channel_figures_page_idx on channel_figures (starts_at, id);

-- Every lead, of a campaign or not, from events: what the plan and channels are held against.
create table lead_fact (
    lead_id uuid not null primary key,
    channel text not null,
    campaign_id uuid,
    received_at timestamptz not null
);
create index lead_fact_received_idx on lead_fact (received_at);
