-- Activities bear a revision, contacts may belong to one, quick campaigns are marked.
alter table activity add column revision bigint not null default 1;
alter table interaction add column activity_id uuid;
alter table campaign add column quick boolean not null default false;
-- Whose responses became a lead is asked when the client base tells whose lead it is.
create index response_lead_lead_idx on response_lead (lead_id);
