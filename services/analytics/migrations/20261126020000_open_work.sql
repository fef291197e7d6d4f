-- Open work is summed up like all else, leads by channel and campaign alone, and deals and contracts know when they count
-- in the funnel. Figures of before are derived anew.

alter table agent_cell add column open_leads bigint not null default 0;
alter table agent_cell add column open_deals bigint not null default 0;
alter table agent_cell add column open_value bigint not null default 0;

alter table channel_cell add column leads bigint not null default 0;

alter table deal_record add column counted_at timestamptz;
alter table contract_record add column counted_at timestamptz;

create index deal_record_counted on deal_record (generation, counted_at, id);
create index contract_record_counted on contract_record (generation, counted_at, id)
    where counted_at is not null;

drop index deal_record_state;
create index deal_record_state on deal_record (generation, state, counted_at, id);

create index lead_record_recovered on lead_record (generation, received_at, id) where recovered;

-- From a lead to what came of it nothing is read any more.
drop index deal_record_lead;
drop index contract_record_lead;
