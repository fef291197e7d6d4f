-- Persons that were erased, and why. Rows are only added.
create table erasure (
    id uuid not null primary key,
    reason text not null,
    requested_at timestamptz not null,
    erased_at timestamptz not null,
    erased_by uuid
);

-- A record is erased once.
create table erasure_person (
    person_id uuid not null primary key references person (id),
    erasure_id uuid not null references erasure (id)
);
create index erasure_person_erasure_idx on erasure_person (erasure_id, person_id);

create table erasure_lead (
    erasure_id uuid not null references erasure (id),
    lead_id uuid not null,
    primary key (erasure_id, lead_id)
);

-- Digests of addresses and numbers of erased persons, to which nothing is sent any more.
create table erased_contact (
    digest text not null primary key,
    kind text not null check (kind in ('email', 'phone'))
);
