-- The catalogue: what is on sale. Nothing is ever taken out of it, so `related` needs no foreign key.
create table sale_object (
    id uuid primary key,
    revision bigint not null,
    code text not null unique,
    name text not null,
    unit text not null,
    prices jsonb not null,
    active boolean not null,
    related jsonb not null
);

create index sale_object_name on sale_object (name, id);

-- Each version of an offer is a row; its lines are copies, so that a sent offer stays what it was.
create table offer (
    id uuid primary key,
    revision bigint not null,
    deal_id uuid not null references deal (id),
    number text not null,
    version integer not null check (version > 0),
    previous_id uuid references offer (id),
    state text not null check (state in ('draft', 'sent', 'accepted', 'declined')),
    currency text not null,
    addressee text not null,
    introduction text not null,
    terms text not null,
    valid_until timestamptz,
    language text not null check (language in ('en', 'ru', 'hu', 'lv')),
    lines jsonb not null,
    created_at timestamptz not null,
    created_by uuid,
    sent_at timestamptz,
    answered_at timestamptz,
    check ((version = 1) = (previous_id is null)),
    check ((sent_at is null) = (state = 'draft')),
    check ((answered_at is not null) = (state in ('accepted', 'declined')))
);

-- A version has one successor at most.
create unique index offer_previous_id_key on offer (previous_id);
create index offer_deal on offer (deal_id, created_at, id);
