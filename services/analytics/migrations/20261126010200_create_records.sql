-- What stands behind the sums. Labels are numbers of `label`, 0 for none.

create table lead_record (
    generation smallint not null,
    id uuid not null,
    journey_id uuid not null,
    received_at timestamptz,
    topic integer not null,
    channel integer not null,
    source integer not null,
    campaign integer not null,
    activity integer not null,
    partner integer not null,
    agent integer not null,
    temperature integer not null,
    state integer not null,
    reason integer not null,
    talked_at timestamptz,
    qualified_at timestamptz,
    refused_at timestamptz,
    recovered boolean not null,
    enquiries bigint not null,
    deals bigint not null,
    won bigint not null,
    contracts bigint not null,
    revenue bigint not null,
    filled_fields bigint not null,
    wanted_fields bigint not null,
    primary key (generation, id)
);

create index lead_record_journey on lead_record (generation, journey_id);

create table deal_record (
    generation smallint not null,
    id uuid not null,
    journey_id uuid not null,
    lead uuid,
    opened_at timestamptz,
    closed_at timestamptz,
    topic integer not null,
    stage integer not null,
    stage_since timestamptz,
    state integer not null,
    origin integer not null,
    agent integer not null,
    channel integer not null,
    source integer not null,
    campaign integer not null,
    partner integer not null,
    sale_object text not null,
    minor bigint not null,
    currency integer not null,
    value bigint not null,
    converted boolean not null,
    probability_percent bigint not null,
    committed boolean not null,
    expected_close_at timestamptz,
    reason integer not null,
    primary key (generation, id)
);

create index deal_record_journey on deal_record (generation, journey_id);

create table contract_record (
    generation smallint not null,
    id uuid not null,
    journey_id uuid not null,
    deal uuid,
    lead uuid,
    number text not null,
    state integer not null,
    kind integer not null,
    previous uuid,
    agent integer not null,
    channel integer not null,
    source integer not null,
    campaign integer not null,
    partner integer not null,
    signed_at timestamptz,
    starts_at timestamptz,
    ends_at timestamptz,
    started_at timestamptz,
    ended_at timestamptz,
    end_kind integer not null,
    reason integer not null,
    continued boolean not null,
    minor bigint not null,
    currency integer not null,
    value bigint not null,
    converted boolean not null,
    expected bigint not null,
    received bigint not null,
    primary key (generation, id)
);

create index contract_record_journey on contract_record (generation, journey_id);

create table touch_record (
    generation smallint not null,
    id uuid not null,
    journey_id uuid not null,
    touched_at timestamptz,
    kind integer not null,
    channel integer not null,
    source integer not null,
    campaign integer not null,
    activity integer not null,
    partner integer not null,
    lead uuid,
    person uuid,
    place bigint not null,
    primary key (generation, id)
);

create index touch_record_journey on touch_record (generation, journey_id);

create table credit_record (
    generation smallint not null,
    id uuid not null,
    journey_id uuid not null,
    model integer not null,
    contract uuid,
    touch uuid,
    signed_at timestamptz,
    channel integer not null,
    source integer not null,
    campaign integer not null,
    activity integer not null,
    partner integer not null,
    parts bigint not null,
    revenue bigint not null,
    primary key (generation, id)
);

create index credit_record_journey on credit_record (generation, journey_id);

create table refusal_record (
    generation smallint not null,
    id uuid not null,
    journey_id uuid not null,
    phase integer not null,
    lead uuid,
    deal uuid,
    refused_at timestamptz,
    stage integer not null,
    reason integer not null,
    topic integer not null,
    channel integer not null,
    agent integer not null,
    lost_value bigint not null,
    recovered boolean not null,
    primary key (generation, id)
);

create index refusal_record_journey on refusal_record (generation, journey_id);

create table cost_record (
    generation smallint not null,
    id uuid not null,
    journey_id uuid not null,
    campaign integer not null,
    activity integer not null,
    channel integer not null,
    kind integer not null,
    line text not null,
    spent_at timestamptz,
    planned_minor bigint not null,
    planned_currency integer not null,
    planned bigint not null,
    actual_minor bigint not null,
    actual_currency integer not null,
    actual bigint not null,
    planned_minutes bigint not null,
    actual_minutes bigint not null,
    converted boolean not null,
    primary key (generation, id)
);

create index cost_record_journey on cost_record (generation, journey_id);

create table channel_record (
    generation smallint not null,
    id uuid not null,
    journey_id uuid not null,
    channel integer not null,
    campaign integer not null,
    starts_at timestamptz,
    ends_at timestamptz,
    reach bigint not null,
    clicks bigint not null,
    requests bigint not null,
    minor bigint not null,
    currency integer not null,
    cost bigint not null,
    converted boolean not null,
    primary key (generation, id)
);

create index channel_record_journey on channel_record (generation, journey_id);

create table plan_record (
    generation smallint not null,
    id uuid not null,
    journey_id uuid not null,
    starts_at timestamptz,
    ends_at timestamptz,
    channel integer not null,
    campaign integer not null,
    target_leads bigint not null,
    allowed_minor bigint not null,
    allowed_currency integer not null,
    allowed bigint not null,
    agent integer not null,
    primary key (generation, id)
);

create index plan_record_journey on plan_record (generation, journey_id);

create table payment_record (
    generation smallint not null,
    id uuid not null,
    journey_id uuid not null,
    contract uuid,
    due_at timestamptz,
    received_at timestamptz,
    minor bigint not null,
    currency integer not null,
    value bigint not null,
    converted boolean not null,
    primary key (generation, id)
);

create index payment_record_journey on payment_record (generation, journey_id);

create table client_record (
    generation smallint not null,
    id uuid not null,
    journey_id uuid not null,
    first_signed_at timestamptz,
    last_signed_at timestamptz,
    contracts bigint not null,
    active bigint not null,
    value bigint not null,
    received bigint not null,
    touches bigint not null,
    recommends bigint not null,
    referrals bigint not null,
    rewarded bigint not null,
    cases bigint not null,
    open_cases bigint not null,
    agent integer not null,
    channel integer not null,
    primary key (generation, id)
);

create index client_record_journey on client_record (generation, journey_id);

create table case_record (
    generation smallint not null,
    id uuid not null,
    journey_id uuid not null,
    step integer not null,
    severity integer not null,
    agent integer not null,
    opened_at timestamptz,
    resolved_at timestamptz,
    churned boolean not null,
    primary key (generation, id)
);

create index case_record_journey on case_record (generation, journey_id);

create table campaign_record (
    generation smallint not null,
    id uuid not null,
    journey_id uuid not null,
    name text not null,
    kind integer not null,
    state integer not null,
    agent integer not null,
    starts_at timestamptz,
    ends_at timestamptz,
    department text not null,
    place text not null,
    project text not null,
    quick boolean not null,
    primary key (generation, id)
);

create index campaign_record_journey on campaign_record (generation, journey_id);

create table name_record (
    generation smallint not null,
    id uuid not null,
    journey_id uuid not null,
    kind integer not null,
    code text not null,
    name text not null,
    active boolean not null,
    primary key (generation, id)
);

create index name_record_journey on name_record (generation, journey_id);

create table stage_record (
    generation smallint not null,
    id uuid not null,
    journey_id uuid not null,
    topic uuid,
    code integer not null,
    name text not null,
    place bigint not null,
    probability_percent bigint not null,
    limit_days bigint not null,
    primary key (generation, id)
);

create index stage_record_journey on stage_record (generation, journey_id);

create table growth_record (
    generation smallint not null,
    id uuid not null,
    journey_id uuid not null,
    contract uuid,
    kind integer not null,
    grown_at timestamptz,
    agent integer not null,
    minor bigint not null,
    currency integer not null,
    value bigint not null,
    converted boolean not null,
    primary key (generation, id)
);

create index growth_record_journey on growth_record (generation, journey_id);
