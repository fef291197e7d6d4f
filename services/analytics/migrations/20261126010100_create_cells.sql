-- Sums by day and by month. Labels are numbers of `label`, 0 for none.

create table funnel_cell (
    generation smallint not null,
    -- 0: a day, 1: a month, named by its first day
    grain smallint not null,
    period integer not null,
    topic integer not null,
    channel integer not null,
    source integer not null,
    campaign integer not null,
    partner integer not null,
    agent integer not null,
    temperature integer not null,
    leads bigint not null,
    enquiries bigint not null,
    talked bigint not null,
    talked_seconds bigint not null,
    qualified bigint not null,
    qualified_seconds bigint not null,
    refused bigint not null,
    recovered bigint not null,
    deals bigint not null,
    deal_seconds bigint not null,
    won bigint not null,
    won_seconds bigint not null,
    lost bigint not null,
    lost_value bigint not null,
    contracts bigint not null,
    signed_seconds bigint not null,
    revenue bigint not null,
    received bigint not null,
    pipeline bigint not null,
    filled_fields bigint not null,
    wanted_fields bigint not null,
    unconverted bigint not null,
    primary key (generation, grain, period, topic, channel, source, campaign, partner, agent, temperature)
);

create table flow_cell (
    generation smallint not null,
    grain smallint not null,
    period integer not null,
    topic integer not null,
    channel integer not null,
    source integer not null,
    campaign integer not null,
    partner integer not null,
    agent integer not null,
    leads bigint not null,
    enquiries bigint not null,
    qualified bigint not null,
    refused bigint not null,
    reopened bigint not null,
    deals bigint not null,
    won bigint not null,
    won_value bigint not null,
    lost bigint not null,
    lost_value bigint not null,
    contracts bigint not null,
    revenue bigint not null,
    received bigint not null,
    refunded bigint not null,
    unconverted bigint not null,
    primary key (generation, grain, period, topic, channel, source, campaign, partner, agent)
);

create table stage_cell (
    generation smallint not null,
    grain smallint not null,
    period integer not null,
    topic integer not null,
    stage integer not null,
    agent integer not null,
    entered bigint not null,
    completed bigint not null,
    seconds bigint not null,
    advanced bigint not null,
    won bigint not null,
    lost bigint not null,
    lost_value bigint not null,
    primary key (generation, grain, period, topic, stage, agent)
);

create table refusal_cell (
    generation smallint not null,
    grain smallint not null,
    period integer not null,
    phase integer not null,
    stage integer not null,
    reason integer not null,
    topic integer not null,
    channel integer not null,
    agent integer not null,
    refusals bigint not null,
    lost_value bigint not null,
    recovered bigint not null,
    recovered_revenue bigint not null,
    primary key (generation, grain, period, phase, stage, reason, topic, channel, agent)
);

create table credit_cell (
    generation smallint not null,
    grain smallint not null,
    period integer not null,
    model integer not null,
    channel integer not null,
    source integer not null,
    campaign integer not null,
    activity integer not null,
    partner integer not null,
    parts bigint not null,
    revenue bigint not null,
    touches bigint not null,
    primary key (generation, grain, period, model, channel, source, campaign, activity, partner)
);

create table influence_cell (
    generation smallint not null,
    grain smallint not null,
    period integer not null,
    campaign integer not null,
    channel integer not null,
    leads bigint not null,
    deals bigint not null,
    won bigint not null,
    contracts bigint not null,
    revenue bigint not null,
    primary key (generation, grain, period, campaign, channel)
);

create table touch_cell (
    generation smallint not null,
    grain smallint not null,
    period integer not null,
    kind integer not null,
    channel integer not null,
    source integer not null,
    campaign integer not null,
    partner integer not null,
    touches bigint not null,
    firsts bigint not null,
    primary key (generation, grain, period, kind, channel, source, campaign, partner)
);

create table cost_cell (
    generation smallint not null,
    grain smallint not null,
    period integer not null,
    campaign integer not null,
    activity integer not null,
    channel integer not null,
    kind integer not null,
    planned bigint not null,
    actual bigint not null,
    planned_minutes bigint not null,
    actual_minutes bigint not null,
    unconverted bigint not null,
    primary key (generation, grain, period, campaign, activity, channel, kind)
);

create table channel_cell (
    generation smallint not null,
    grain smallint not null,
    period integer not null,
    channel integer not null,
    campaign integer not null,
    reach bigint not null,
    clicks bigint not null,
    requests bigint not null,
    cost bigint not null,
    unconverted bigint not null,
    primary key (generation, grain, period, channel, campaign)
);

create table contract_cell (
    generation smallint not null,
    grain smallint not null,
    period integer not null,
    kind integer not null,
    agent integer not null,
    end_kind integer not null,
    reason integer not null,
    signed bigint not null,
    signed_value bigint not null,
    started bigint not null,
    ended bigint not null,
    ended_value bigint not null,
    continued bigint not null,
    unconverted bigint not null,
    primary key (generation, grain, period, kind, agent, end_kind, reason)
);

create table cohort_cell (
    generation smallint not null,
    grain smallint not null,
    period integer not null,
    age integer not null,
    clients bigint not null,
    contracts bigint not null,
    revenue bigint not null,
    received bigint not null,
    primary key (generation, grain, period, age)
);

create table purchase_cell (
    generation smallint not null,
    grain smallint not null,
    period integer not null,
    channel integer not null,
    topic integer not null,
    agent integer not null,
    clients bigint not null,
    touches bigint not null,
    seconds bigint not null,
    revenue bigint not null,
    primary key (generation, grain, period, channel, topic, agent)
);

create table path_cell (
    generation smallint not null,
    grain smallint not null,
    period integer not null,
    path integer not null,
    journeys bigint not null,
    touches bigint not null,
    contracts bigint not null,
    revenue bigint not null,
    seconds bigint not null,
    primary key (generation, grain, period, path)
);

create table step_cell (
    generation smallint not null,
    grain smallint not null,
    period integer not null,
    from_channel integer not null,
    to_channel integer not null,
    steps bigint not null,
    seconds bigint not null,
    primary key (generation, grain, period, from_channel, to_channel)
);

create table agent_cell (
    generation smallint not null,
    grain smallint not null,
    period integer not null,
    agent integer not null,
    temperature integer not null,
    topic integer not null,
    assigned bigint not null,
    first_talks bigint not null,
    first_talk_seconds bigint not null,
    positive bigint not null,
    negative bigint not null,
    satisfactory bigint not null,
    undecided bigint not null,
    activities bigint not null,
    won bigint not null,
    won_value bigint not null,
    primary key (generation, grain, period, agent, temperature, topic)
);

create table case_cell (
    generation smallint not null,
    grain smallint not null,
    period integer not null,
    step integer not null,
    severity integer not null,
    agent integer not null,
    opened bigint not null,
    resolved bigint not null,
    seconds bigint not null,
    churned bigint not null,
    primary key (generation, grain, period, step, severity, agent)
);

create table survey_cell (
    generation smallint not null,
    grain smallint not null,
    period integer not null,
    campaign integer not null,
    answers bigint not null,
    promoters bigint not null,
    passives bigint not null,
    detractors bigint not null,
    primary key (generation, grain, period, campaign)
);

create table referral_cell (
    generation smallint not null,
    grain smallint not null,
    period integer not null,
    campaign integer not null,
    made bigint not null,
    rewarded bigint not null,
    reward bigint not null,
    unconverted bigint not null,
    primary key (generation, grain, period, campaign)
);
