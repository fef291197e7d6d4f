create table organisation (
    id uuid not null primary key,
    revision bigint not null,
    name text not null,
    -- The name folded: two organisations cannot bear the same one.
    name_key text not null unique,
    emails jsonb not null,
    phones jsonb not null,
    category text not null,
    tags jsonb not null,
    attributes jsonb not null,
    responsible_id uuid,
    client boolean not null,
    recorded_at timestamptz not null,
    -- Words that it is found by, folded.
    search text not null,
    -- Tags in lower case, each between unit separators: JSON cannot be searched alike everywhere.
    tag_keys text not null
);

create table person (
    id uuid not null primary key,
    revision bigint not null,
    full_name text not null,
    given_name text not null,
    family_name text not null,
    emails jsonb not null,
    phones jsonb not null,
    organisation_id uuid references organisation (id),
    category text not null,
    tags jsonb not null,
    attributes jsonb not null,
    locale text not null,
    responsible_id uuid,
    client boolean not null,
    recorded_at timestamptz not null,
    sort_name text not null,
    search text not null,
    tag_keys text not null
);
create index person_sort_name_idx on person (sort_name, id);
create index person_organisation_idx on person (organisation_id);

-- A lead is linked to at most one person.
create table person_lead (
    lead_id uuid not null primary key,
    person_id uuid not null references person (id),
    linked_at timestamptz not null,
    linked_by uuid
);
create index person_lead_person_idx on person_lead (person_id);

-- Copies of what deals and contracts announce. `person_id` may name a person that is not here yet.
create table deal_copy (
    deal_id uuid not null primary key,
    revision bigint not null,
    person_id uuid,
    lead_id uuid,
    title text not null,
    state text not null check (state in ('open', 'won', 'lost'))
);
create index deal_copy_person_idx on deal_copy (person_id);
create index deal_copy_lead_idx on deal_copy (lead_id);

create table contract_copy (
    contract_id uuid not null primary key,
    revision bigint not null,
    person_id uuid,
    lead_id uuid,
    organisation_id uuid,
    amount_minor bigint,
    currency text,
    state text not null check (state in ('signed', 'ended'))
);
create index contract_copy_person_idx on contract_copy (person_id);
create index contract_copy_lead_idx on contract_copy (lead_id);
