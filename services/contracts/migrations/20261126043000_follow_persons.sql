-- Who named person and organisation; what staff did not choose follows the client base.
alter table contract add column client_named_by text not null default 'deal'
    check (client_named_by in ('deal', 'client_base', 'staff'));

create index contract_lead on contract (lead_id);
