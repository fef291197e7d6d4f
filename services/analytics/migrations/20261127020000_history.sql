-- What happened to leads and deals has records of its own; contracts, payments and touches know where cohorts, paths and
-- steps count them. Figures of before are derived anew.

create table history_record (
    generation smallint not null,
    id uuid not null,
    journey_id uuid not null,
    kind integer not null,
    happened_at timestamptz,
    ended_at timestamptz,
    lead uuid,
    deal uuid,
    contract uuid,
    topic integer not null,
    channel integer not null,
    source integer not null,
    campaign integer not null,
    partner integer not null,
    agent integer not null,
    temperature integer not null,
    stage integer not null,
    outcome integer not null,
    first boolean not null,
    advanced boolean not null,
    seconds bigint not null,
    value bigint not null,
    primary key (generation, id)
);

create index history_record_happened on history_record (generation, kind, happened_at, id);

alter table contract_record add column cohort_at timestamptz;
alter table contract_record add column age integer not null default 0;
alter table contract_record add column first_of_age boolean not null default false;
create index contract_record_cohort on contract_record (generation, cohort_at, id)
    where cohort_at is not null;

alter table payment_record add column cohort_at timestamptz;
alter table payment_record add column age integer not null default 0;
create index payment_record_cohort on payment_record (generation, cohort_at, id)
    where cohort_at is not null;

-- The last touch of a journey that earns credit bears its path.
alter table touch_record add column enquired_at timestamptz;
alter table touch_record add column began_at timestamptz;
alter table touch_record add column path integer not null default 0;
alter table touch_record add column from_channel integer not null default 0;
create index touch_record_enquired on touch_record (generation, enquired_at, id)
    where enquired_at is not null;
-- Journeys by the day of their first touch, all of them and those of one path.
create index touch_record_began on touch_record (generation, began_at, id)
    where path <> 0;
create index touch_record_path on touch_record (generation, path, began_at, id)
    where path <> 0;
