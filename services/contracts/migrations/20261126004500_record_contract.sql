-- What a contract is to the one before it.
alter table contract add column kind text not null default 'new'
    check (kind in ('new', 'renewal', 'extension', 'expansion', 'cross_sale'));
alter table contract add column previous_contract_id uuid;

update contract set kind = 'renewal', previous_contract_id = renews_contract_id
where renews_contract_id is not null;

create index contract_previous on contract (previous_contract_id);

-- Whether the whole state was announced; contracts from before are announced by and by.
alter table contract add column recorded boolean not null default false;

create index contract_to_record on contract (recorded, drafted_at);

-- Counts the changes of a payment.
alter table payment add column revision bigint not null default 1;
