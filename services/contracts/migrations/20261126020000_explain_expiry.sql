-- Why an expired contract was not followed; a termination has its reason in end_reason.
alter table contract add column expiry_reason text references end_reason (code);

create index contract_ended on contract (ended_at, id) where ended_at is not null;
create index contract_in_force on contract (activated_at, ended_at) where activated_at is not null;
