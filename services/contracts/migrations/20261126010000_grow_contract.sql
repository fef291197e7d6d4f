-- What the amount of today would have brought in periods that begin before it was raised.
alter table contract add column unraised_minor bigint not null default 0;

-- Extensions and expansions, one for each version of the terms that they made.
create table contract_growth (
    id uuid primary key,
    contract_id uuid not null references contract (id),
    version integer not null,
    kind text not null check (kind in ('extension', 'expansion')),
    amount_added_minor bigint not null check (amount_added_minor >= 0),
    currency text not null,
    from_at timestamptz not null,
    ends_at timestamptz,
    value_added_minor bigint not null,
    deal_id uuid,
    grown_at timestamptz not null,
    recorded_by uuid,
    unique (contract_id, version)
);

-- The history knows more kinds. Only PostgreSQL could change the check alone.
create table contract_history_copy as select * from contract_history;
drop table contract_history;
create table contract_history (
    contract_id uuid not null references contract (id),
    revision bigint not null,
    kind text not null check (kind in ('drafted', 'changed', 'sent', 'signed', 'activated', 'ended', 'renewal_due', 'payment', 'grown', 'explained')),
    version integer not null,
    made_at timestamptz not null,
    made_by uuid,
    primary key (contract_id, revision)
);
insert into contract_history (contract_id, revision, kind, version, made_at, made_by)
select contract_id, revision, kind, version, made_at, made_by from contract_history_copy;
drop table contract_history_copy;
