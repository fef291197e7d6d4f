create table deal (
    id uuid primary key,
    revision bigint not null,
    topic_id uuid not null,
    stage text not null,
    stage_since timestamptz not null,
    state text not null check (state in ('open', 'won', 'lost')),
    title text not null,
    amount_minor bigint,
    currency text,
    sale_object text not null,
    expected_close_at timestamptz,
    person_id uuid,
    organisation_id uuid,
    client_by_hand boolean not null,
    responsible_id uuid,
    origin text not null check (origin in ('lead', 'email', 'direct', 'renewal')),
    lead_id uuid,
    renews_contract_id uuid,
    source jsonb,
    note text not null,
    opened_at timestamptz not null,
    next_contact_at timestamptz,
    next_contact_kind text,
    closed_at timestamptz,
    loss_reason text references loss_reason (code),
    loss_note text,
    -- A stage with deals cannot be taken out of its topic.
    foreign key (topic_id, stage) references stage (topic_id, code),
    check ((amount_minor is null) = (currency is null)),
    check ((next_contact_at is null) = (next_contact_kind is null)),
    check (next_contact_at is null or state = 'open'),
    check ((closed_at is null) = (state = 'open')),
    check ((loss_reason is not null) = (state = 'lost')),
    check ((loss_note is not null) = (state = 'lost')),
    check (lead_id is not null or origin <> 'lead'),
    check ((renews_contract_id is not null) = (origin = 'renewal'))
);

create index deal_opened on deal (opened_at, id);
create index deal_board on deal (topic_id, stage, stage_since) where state = 'open';
create index deal_lost on deal (closed_at) where state = 'lost';
create index deal_lead on deal (lead_id);
create index deal_person on deal (person_id);
create index deal_responsible on deal (responsible_id, opened_at);

-- One row per stay of a deal in a stage, known by the revision with which the deal came.
create table stage_visit (
    deal_id uuid not null references deal (id),
    revision bigint not null,
    stage text not null,
    entered_at timestamptz not null,
    left_at timestamptz,
    moved_by uuid,
    primary key (deal_id, revision)
);

-- Renewals that were opened: one for each end of a contract.
create table renewal (
    contract_id uuid not null,
    ends_at timestamptz not null,
    deal_id uuid not null references deal (id),
    primary key (contract_id, ends_at)
);
