create table end_reason (
    code text primary key,
    name text not null,
    place integer not null
);

insert into end_reason (code, name, place) values
    ('price', 'Too expensive', 1),
    ('competitor', 'Went to a competitor', 2),
    ('no_need', 'The need is gone', 3),
    ('quality', 'Not satisfied with the quality', 4),
    ('service', 'Not satisfied with the service', 5),
    ('not_signed', 'Was not signed', 6),
    ('no_payment', 'Did not pay', 7),
    ('closed_business', 'Went out of business', 8),
    ('own_decision', 'We ended it', 9),
    ('other', 'Other', 10);

-- The last number given in a year.
create table contract_counter (
    year integer primary key,
    last bigint not null
);

create table contract (
    id uuid primary key,
    revision bigint not null,
    version integer not null,
    number text not null unique,
    state text not null check (state in ('draft', 'sent', 'signed', 'active', 'ended')),
    title text not null,
    amount_minor bigint not null,
    currency text not null,
    recurring boolean not null,
    period_months integer not null check (period_months > 0),
    starts_at timestamptz,
    ends_at timestamptz,
    renewal_notice_days integer not null check (renewal_notice_days >= 0),
    terms text not null,
    -- A won deal has one contract.
    deal_id uuid not null unique,
    lead_id uuid,
    person_id uuid,
    organisation_id uuid,
    responsible_id uuid,
    renews_contract_id uuid,
    drafted_at timestamptz not null,
    sent_at timestamptz,
    signed_at timestamptz,
    activated_at timestamptz,
    ended_at timestamptz,
    end_kind text check (end_kind in ('expired', 'terminated')),
    end_reason text references end_reason (code),
    renewal_announced_at timestamptz,
    -- When the renewal is to be announced; null while or once there is nothing to announce.
    renewal_at timestamptz,
    check ((ended_at is not null) = (state = 'ended')),
    check ((end_kind is not null) = (state = 'ended')),
    check (end_reason is null or end_kind = 'terminated'),
    check (renewal_at is null or state = 'active')
);

create index contract_drafted on contract (drafted_at, id);
create index contract_person on contract (person_id);
create index contract_organisation on contract (organisation_id);
create index contract_responsible on contract (responsible_id, drafted_at);
create index contract_to_activate on contract (starts_at) where state = 'signed';
create index contract_to_renew on contract (renewal_at) where renewal_at is not null;
create index contract_to_expire on contract (ends_at) where state = 'active';

-- Terms as they were, one row for each change of them.
create table contract_version (
    contract_id uuid not null references contract (id),
    version integer not null,
    title text not null,
    amount_minor bigint not null,
    currency text not null,
    recurring boolean not null,
    period_months integer not null,
    starts_at timestamptz,
    ends_at timestamptz,
    renewal_notice_days integer not null,
    terms text not null,
    made_at timestamptz not null,
    made_by uuid,
    primary key (contract_id, version)
);

-- One row for each revision of a contract.
create table contract_history (
    contract_id uuid not null references contract (id),
    revision bigint not null,
    kind text not null check (kind in ('drafted', 'changed', 'sent', 'signed', 'activated', 'ended', 'renewal_due', 'payment')),
    version integer not null,
    made_at timestamptz not null,
    made_by uuid,
    primary key (contract_id, revision)
);

create table payment (
    id uuid primary key,
    contract_id uuid not null references contract (id),
    amount_minor bigint not null,
    currency text not null,
    due_at timestamptz not null,
    received_at timestamptz
);

create index payment_contract on payment (contract_id, due_at);
