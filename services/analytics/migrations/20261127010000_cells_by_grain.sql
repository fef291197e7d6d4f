-- Sums of days, months and years in tables of their own. In one table the rows of years, which reports of long periods are
-- made of, lie scattered among the many rows of days, and going to them takes several times what adding them up does.
--
-- What is counted one by one fits into integers: a row is shorter by a quarter, and adding up a great many of them takes
-- PostgreSQL a fifth less.

create table funnel_cell_day (
    generation smallint not null, period integer not null, topic integer not null, channel integer not null,
    source integer not null, campaign integer not null, partner integer not null, agent integer not null,
    temperature integer not null, leads integer not null, enquiries integer not null, talked integer not null,
    talked_seconds bigint not null, qualified integer not null, qualified_seconds bigint not null,
    refused integer not null, recovered integer not null, deals integer not null, deal_seconds bigint not null,
    won integer not null, won_seconds bigint not null, lost integer not null, lost_value bigint not null,
    contracts integer not null, signed_seconds bigint not null, revenue bigint not null, received bigint not null,
    pipeline bigint not null, filled_fields integer not null, wanted_fields integer not null,
    unconverted integer not null,
    primary key (generation, period, topic, channel, source, campaign, partner, agent, temperature)
);

create table funnel_cell_month (
    generation smallint not null, period integer not null, topic integer not null, channel integer not null,
    source integer not null, campaign integer not null, partner integer not null, agent integer not null,
    temperature integer not null, leads integer not null, enquiries integer not null, talked integer not null,
    talked_seconds bigint not null, qualified integer not null, qualified_seconds bigint not null,
    refused integer not null, recovered integer not null, deals integer not null, deal_seconds bigint not null,
    won integer not null, won_seconds bigint not null, lost integer not null, lost_value bigint not null,
    contracts integer not null, signed_seconds bigint not null, revenue bigint not null, received bigint not null,
    pipeline bigint not null, filled_fields integer not null, wanted_fields integer not null,
    unconverted integer not null,
    primary key (generation, period, topic, channel, source, campaign, partner, agent, temperature)
);

create table funnel_cell_year (
    generation smallint not null, period integer not null, topic integer not null, channel integer not null,
    source integer not null, campaign integer not null, partner integer not null, agent integer not null,
    temperature integer not null, leads integer not null, enquiries integer not null, talked integer not null,
    talked_seconds bigint not null, qualified integer not null, qualified_seconds bigint not null,
    refused integer not null, recovered integer not null, deals integer not null, deal_seconds bigint not null,
    won integer not null, won_seconds bigint not null, lost integer not null, lost_value bigint not null,
    contracts integer not null, signed_seconds bigint not null, revenue bigint not null, received bigint not null,
    pipeline bigint not null, filled_fields integer not null, wanted_fields integer not null,
    unconverted integer not null,
    primary key (generation, period, topic, channel, source, campaign, partner, agent, temperature)
);

insert into funnel_cell_day (
    generation, period, topic, channel, source, campaign, partner, agent, temperature, leads, enquiries, talked,
    talked_seconds, qualified, qualified_seconds, refused, recovered, deals, deal_seconds, won, won_seconds, lost,
    lost_value, contracts, signed_seconds, revenue, received, pipeline, filled_fields, wanted_fields, unconverted
) select
    generation, period, topic, channel, source, campaign, partner, agent, temperature, leads, enquiries, talked,
    talked_seconds, qualified, qualified_seconds, refused, recovered, deals, deal_seconds, won, won_seconds, lost,
    lost_value, contracts, signed_seconds, revenue, received, pipeline, filled_fields, wanted_fields, unconverted
from funnel_cell where grain = 0;

insert into funnel_cell_month (
    generation, period, topic, channel, source, campaign, partner, agent, temperature, leads, enquiries, talked,
    talked_seconds, qualified, qualified_seconds, refused, recovered, deals, deal_seconds, won, won_seconds, lost,
    lost_value, contracts, signed_seconds, revenue, received, pipeline, filled_fields, wanted_fields, unconverted
) select
    generation, period, topic, channel, source, campaign, partner, agent, temperature, leads, enquiries, talked,
    talked_seconds, qualified, qualified_seconds, refused, recovered, deals, deal_seconds, won, won_seconds, lost,
    lost_value, contracts, signed_seconds, revenue, received, pipeline, filled_fields, wanted_fields, unconverted
from funnel_cell where grain = 1;

insert into funnel_cell_year (
    generation, period, topic, channel, source, campaign, partner, agent, temperature, leads, enquiries, talked,
    talked_seconds, qualified, qualified_seconds, refused, recovered, deals, deal_seconds, won, won_seconds, lost,
    lost_value, contracts, signed_seconds, revenue, received, pipeline, filled_fields, wanted_fields, unconverted
) select
    generation, period, topic, channel, source, campaign, partner, agent, temperature, leads, enquiries, talked,
    talked_seconds, qualified, qualified_seconds, refused, recovered, deals, deal_seconds, won, won_seconds, lost,
    lost_value, contracts, signed_seconds, revenue, received, pipeline, filled_fields, wanted_fields, unconverted
from funnel_cell where grain = 2;

drop table funnel_cell;

create table flow_cell_day (
    generation smallint not null, period integer not null, topic integer not null, channel integer not null,
    source integer not null, campaign integer not null, partner integer not null, agent integer not null,
    leads integer not null, enquiries integer not null, qualified integer not null, refused integer not null,
    reopened integer not null, deals integer not null, won integer not null, won_value bigint not null,
    lost integer not null, lost_value bigint not null, contracts integer not null, revenue bigint not null,
    received bigint not null, refunded bigint not null, unconverted integer not null,
    primary key (generation, period, topic, channel, source, campaign, partner, agent)
);

create table flow_cell_month (
    generation smallint not null, period integer not null, topic integer not null, channel integer not null,
    source integer not null, campaign integer not null, partner integer not null, agent integer not null,
    leads integer not null, enquiries integer not null, qualified integer not null, refused integer not null,
    reopened integer not null, deals integer not null, won integer not null, won_value bigint not null,
    lost integer not null, lost_value bigint not null, contracts integer not null, revenue bigint not null,
    received bigint not null, refunded bigint not null, unconverted integer not null,
    primary key (generation, period, topic, channel, source, campaign, partner, agent)
);

create table flow_cell_year (
    generation smallint not null, period integer not null, topic integer not null, channel integer not null,
    source integer not null, campaign integer not null, partner integer not null, agent integer not null,
    leads integer not null, enquiries integer not null, qualified integer not null, refused integer not null,
    reopened integer not null, deals integer not null, won integer not null, won_value bigint not null,
    lost integer not null, lost_value bigint not null, contracts integer not null, revenue bigint not null,
    received bigint not null, refunded bigint not null, unconverted integer not null,
    primary key (generation, period, topic, channel, source, campaign, partner, agent)
);

insert into flow_cell_day (
    generation, period, topic, channel, source, campaign, partner, agent, leads, enquiries, qualified, refused,
    reopened, deals, won, won_value, lost, lost_value, contracts, revenue, received, refunded, unconverted
) select
    generation, period, topic, channel, source, campaign, partner, agent, leads, enquiries, qualified, refused,
    reopened, deals, won, won_value, lost, lost_value, contracts, revenue, received, refunded, unconverted
from flow_cell where grain = 0;

insert into flow_cell_month (
    generation, period, topic, channel, source, campaign, partner, agent, leads, enquiries, qualified, refused,
    reopened, deals, won, won_value, lost, lost_value, contracts, revenue, received, refunded, unconverted
) select
    generation, period, topic, channel, source, campaign, partner, agent, leads, enquiries, qualified, refused,
    reopened, deals, won, won_value, lost, lost_value, contracts, revenue, received, refunded, unconverted
from flow_cell where grain = 1;

insert into flow_cell_year (
    generation, period, topic, channel, source, campaign, partner, agent, leads, enquiries, qualified, refused,
    reopened, deals, won, won_value, lost, lost_value, contracts, revenue, received, refunded, unconverted
) select
    generation, period, topic, channel, source, campaign, partner, agent, leads, enquiries, qualified, refused,
    reopened, deals, won, won_value, lost, lost_value, contracts, revenue, received, refunded, unconverted
from flow_cell where grain = 2;

drop table flow_cell;

create table stage_cell_day (
    generation smallint not null, period integer not null, topic integer not null, stage integer not null,
    agent integer not null, entered integer not null, completed integer not null, seconds bigint not null,
    advanced integer not null, won integer not null, lost integer not null, lost_value bigint not null,
    primary key (generation, period, topic, stage, agent)
);

create table stage_cell_month (
    generation smallint not null, period integer not null, topic integer not null, stage integer not null,
    agent integer not null, entered integer not null, completed integer not null, seconds bigint not null,
    advanced integer not null, won integer not null, lost integer not null, lost_value bigint not null,
    primary key (generation, period, topic, stage, agent)
);

create table stage_cell_year (
    generation smallint not null, period integer not null, topic integer not null, stage integer not null,
    agent integer not null, entered integer not null, completed integer not null, seconds bigint not null,
    advanced integer not null, won integer not null, lost integer not null, lost_value bigint not null,
    primary key (generation, period, topic, stage, agent)
);

insert into stage_cell_day (
    generation, period, topic, stage, agent, entered, completed, seconds, advanced, won, lost, lost_value
) select
    generation, period, topic, stage, agent, entered, completed, seconds, advanced, won, lost, lost_value
from stage_cell where grain = 0;

insert into stage_cell_month (
    generation, period, topic, stage, agent, entered, completed, seconds, advanced, won, lost, lost_value
) select
    generation, period, topic, stage, agent, entered, completed, seconds, advanced, won, lost, lost_value
from stage_cell where grain = 1;

insert into stage_cell_year (
    generation, period, topic, stage, agent, entered, completed, seconds, advanced, won, lost, lost_value
) select
    generation, period, topic, stage, agent, entered, completed, seconds, advanced, won, lost, lost_value
from stage_cell where grain = 2;

drop table stage_cell;

create table refusal_cell_day (
    generation smallint not null, period integer not null, phase integer not null, stage integer not null,
    reason integer not null, topic integer not null, channel integer not null, agent integer not null,
    refusals integer not null, lost_value bigint not null, recovered integer not null,
    recovered_revenue bigint not null,
    primary key (generation, period, phase, stage, reason, topic, channel, agent)
);

create table refusal_cell_month (
    generation smallint not null, period integer not null, phase integer not null, stage integer not null,
    reason integer not null, topic integer not null, channel integer not null, agent integer not null,
    refusals integer not null, lost_value bigint not null, recovered integer not null,
    recovered_revenue bigint not null,
    primary key (generation, period, phase, stage, reason, topic, channel, agent)
);

create table refusal_cell_year (
    generation smallint not null, period integer not null, phase integer not null, stage integer not null,
    reason integer not null, topic integer not null, channel integer not null, agent integer not null,
    refusals integer not null, lost_value bigint not null, recovered integer not null,
    recovered_revenue bigint not null,
    primary key (generation, period, phase, stage, reason, topic, channel, agent)
);

insert into refusal_cell_day (
    generation, period, phase, stage, reason, topic, channel, agent, refusals, lost_value, recovered,
    recovered_revenue
) select
    generation, period, phase, stage, reason, topic, channel, agent, refusals, lost_value, recovered,
    recovered_revenue
from refusal_cell where grain = 0;

insert into refusal_cell_month (
    generation, period, phase, stage, reason, topic, channel, agent, refusals, lost_value, recovered,
    recovered_revenue
) select
    generation, period, phase, stage, reason, topic, channel, agent, refusals, lost_value, recovered,
    recovered_revenue
from refusal_cell where grain = 1;

insert into refusal_cell_year (
    generation, period, phase, stage, reason, topic, channel, agent, refusals, lost_value, recovered,
    recovered_revenue
) select
    generation, period, phase, stage, reason, topic, channel, agent, refusals, lost_value, recovered,
    recovered_revenue
from refusal_cell where grain = 2;

drop table refusal_cell;

create table credit_cell_day (
    generation smallint not null, period integer not null, model integer not null, channel integer not null,
    source integer not null, campaign integer not null, activity integer not null, partner integer not null,
    parts bigint not null, revenue bigint not null, touches integer not null,
    primary key (generation, period, model, channel, source, campaign, activity, partner)
);

create table credit_cell_month (
    generation smallint not null, period integer not null, model integer not null, channel integer not null,
    source integer not null, campaign integer not null, activity integer not null, partner integer not null,
    parts bigint not null, revenue bigint not null, touches integer not null,
    primary key (generation, period, model, channel, source, campaign, activity, partner)
);

create table credit_cell_year (
    generation smallint not null, period integer not null, model integer not null, channel integer not null,
    source integer not null, campaign integer not null, activity integer not null, partner integer not null,
    parts bigint not null, revenue bigint not null, touches integer not null,
    primary key (generation, period, model, channel, source, campaign, activity, partner)
);

insert into credit_cell_day (
    generation, period, model, channel, source, campaign, activity, partner, parts, revenue, touches
) select
    generation, period, model, channel, source, campaign, activity, partner, parts, revenue, touches
from credit_cell where grain = 0;

insert into credit_cell_month (
    generation, period, model, channel, source, campaign, activity, partner, parts, revenue, touches
) select
    generation, period, model, channel, source, campaign, activity, partner, parts, revenue, touches
from credit_cell where grain = 1;

insert into credit_cell_year (
    generation, period, model, channel, source, campaign, activity, partner, parts, revenue, touches
) select
    generation, period, model, channel, source, campaign, activity, partner, parts, revenue, touches
from credit_cell where grain = 2;

drop table credit_cell;

create table influence_cell_day (
    generation smallint not null, period integer not null, campaign integer not null, channel integer not null,
    leads integer not null, deals integer not null, won integer not null, contracts integer not null,
    revenue bigint not null, primary key (generation, period, campaign, channel)
);

create table influence_cell_month (
    generation smallint not null, period integer not null, campaign integer not null, channel integer not null,
    leads integer not null, deals integer not null, won integer not null, contracts integer not null,
    revenue bigint not null, primary key (generation, period, campaign, channel)
);

create table influence_cell_year (
    generation smallint not null, period integer not null, campaign integer not null, channel integer not null,
    leads integer not null, deals integer not null, won integer not null, contracts integer not null,
    revenue bigint not null, primary key (generation, period, campaign, channel)
);

insert into influence_cell_day (
    generation, period, campaign, channel, leads, deals, won, contracts, revenue
) select
    generation, period, campaign, channel, leads, deals, won, contracts, revenue
from influence_cell where grain = 0;

insert into influence_cell_month (
    generation, period, campaign, channel, leads, deals, won, contracts, revenue
) select
    generation, period, campaign, channel, leads, deals, won, contracts, revenue
from influence_cell where grain = 1;

insert into influence_cell_year (
    generation, period, campaign, channel, leads, deals, won, contracts, revenue
) select
    generation, period, campaign, channel, leads, deals, won, contracts, revenue
from influence_cell where grain = 2;

drop table influence_cell;

create table touch_cell_day (
    generation smallint not null, period integer not null, kind integer not null, channel integer not null,
    source integer not null, campaign integer not null, partner integer not null, touches integer not null,
    firsts integer not null, primary key (generation, period, kind, channel, source, campaign, partner)
);

create table touch_cell_month (
    generation smallint not null, period integer not null, kind integer not null, channel integer not null,
    source integer not null, campaign integer not null, partner integer not null, touches integer not null,
    firsts integer not null, primary key (generation, period, kind, channel, source, campaign, partner)
);

create table touch_cell_year (
    generation smallint not null, period integer not null, kind integer not null, channel integer not null,
    source integer not null, campaign integer not null, partner integer not null, touches integer not null,
    firsts integer not null, primary key (generation, period, kind, channel, source, campaign, partner)
);

insert into touch_cell_day (
    generation, period, kind, channel, source, campaign, partner, touches, firsts
) select
    generation, period, kind, channel, source, campaign, partner, touches, firsts
from touch_cell where grain = 0;

insert into touch_cell_month (
    generation, period, kind, channel, source, campaign, partner, touches, firsts
) select
    generation, period, kind, channel, source, campaign, partner, touches, firsts
from touch_cell where grain = 1;

insert into touch_cell_year (
    generation, period, kind, channel, source, campaign, partner, touches, firsts
) select
    generation, period, kind, channel, source, campaign, partner, touches, firsts
from touch_cell where grain = 2;

drop table touch_cell;

create table cost_cell_day (
    generation smallint not null, period integer not null, campaign integer not null, activity integer not null,
    channel integer not null, kind integer not null, planned bigint not null, actual bigint not null,
    planned_minutes bigint not null, actual_minutes bigint not null, unconverted integer not null,
    primary key (generation, period, campaign, activity, channel, kind)
);

create table cost_cell_month (
    generation smallint not null, period integer not null, campaign integer not null, activity integer not null,
    channel integer not null, kind integer not null, planned bigint not null, actual bigint not null,
    planned_minutes bigint not null, actual_minutes bigint not null, unconverted integer not null,
    primary key (generation, period, campaign, activity, channel, kind)
);

create table cost_cell_year (
    generation smallint not null, period integer not null, campaign integer not null, activity integer not null,
    channel integer not null, kind integer not null, planned bigint not null, actual bigint not null,
    planned_minutes bigint not null, actual_minutes bigint not null, unconverted integer not null,
    primary key (generation, period, campaign, activity, channel, kind)
);

insert into cost_cell_day (
    generation, period, campaign, activity, channel, kind, planned, actual, planned_minutes, actual_minutes,
    unconverted
) select
    generation, period, campaign, activity, channel, kind, planned, actual, planned_minutes, actual_minutes,
    unconverted
from cost_cell where grain = 0;

insert into cost_cell_month (
    generation, period, campaign, activity, channel, kind, planned, actual, planned_minutes, actual_minutes,
    unconverted
) select
    generation, period, campaign, activity, channel, kind, planned, actual, planned_minutes, actual_minutes,
    unconverted
from cost_cell where grain = 1;

insert into cost_cell_year (
    generation, period, campaign, activity, channel, kind, planned, actual, planned_minutes, actual_minutes,
    unconverted
) select
    generation, period, campaign, activity, channel, kind, planned, actual, planned_minutes, actual_minutes,
    unconverted
from cost_cell where grain = 2;

drop table cost_cell;

create table channel_cell_day (
    generation smallint not null, period integer not null, channel integer not null, campaign integer not null,
    reach bigint not null, clicks bigint not null, requests bigint not null, cost bigint not null,
    unconverted integer not null, leads integer not null, primary key (generation, period, channel, campaign)
);

create table channel_cell_month (
    generation smallint not null, period integer not null, channel integer not null, campaign integer not null,
    reach bigint not null, clicks bigint not null, requests bigint not null, cost bigint not null,
    unconverted integer not null, leads integer not null, primary key (generation, period, channel, campaign)
);

create table channel_cell_year (
    generation smallint not null, period integer not null, channel integer not null, campaign integer not null,
    reach bigint not null, clicks bigint not null, requests bigint not null, cost bigint not null,
    unconverted integer not null, leads integer not null, primary key (generation, period, channel, campaign)
);

insert into channel_cell_day (
    generation, period, channel, campaign, reach, clicks, requests, cost, unconverted, leads
) select
    generation, period, channel, campaign, reach, clicks, requests, cost, unconverted, leads
from channel_cell where grain = 0;

insert into channel_cell_month (
    generation, period, channel, campaign, reach, clicks, requests, cost, unconverted, leads
) select
    generation, period, channel, campaign, reach, clicks, requests, cost, unconverted, leads
from channel_cell where grain = 1;

insert into channel_cell_year (
    generation, period, channel, campaign, reach, clicks, requests, cost, unconverted, leads
) select
    generation, period, channel, campaign, reach, clicks, requests, cost, unconverted, leads
from channel_cell where grain = 2;

drop table channel_cell;

create table contract_cell_day (
    generation smallint not null, period integer not null, kind integer not null, agent integer not null,
    end_kind integer not null, reason integer not null, signed integer not null, signed_value bigint not null,
    started integer not null, ended integer not null, ended_value bigint not null, continued integer not null,
    unconverted integer not null, primary key (generation, period, kind, agent, end_kind, reason)
);

create table contract_cell_month (
    generation smallint not null, period integer not null, kind integer not null, agent integer not null,
    end_kind integer not null, reason integer not null, signed integer not null, signed_value bigint not null,
    started integer not null, ended integer not null, ended_value bigint not null, continued integer not null,
    unconverted integer not null, primary key (generation, period, kind, agent, end_kind, reason)
);

create table contract_cell_year (
    generation smallint not null, period integer not null, kind integer not null, agent integer not null,
    end_kind integer not null, reason integer not null, signed integer not null, signed_value bigint not null,
    started integer not null, ended integer not null, ended_value bigint not null, continued integer not null,
    unconverted integer not null, primary key (generation, period, kind, agent, end_kind, reason)
);

insert into contract_cell_day (
    generation, period, kind, agent, end_kind, reason, signed, signed_value, started, ended, ended_value,
    continued, unconverted
) select
    generation, period, kind, agent, end_kind, reason, signed, signed_value, started, ended, ended_value,
    continued, unconverted
from contract_cell where grain = 0;

insert into contract_cell_month (
    generation, period, kind, agent, end_kind, reason, signed, signed_value, started, ended, ended_value,
    continued, unconverted
) select
    generation, period, kind, agent, end_kind, reason, signed, signed_value, started, ended, ended_value,
    continued, unconverted
from contract_cell where grain = 1;

insert into contract_cell_year (
    generation, period, kind, agent, end_kind, reason, signed, signed_value, started, ended, ended_value,
    continued, unconverted
) select
    generation, period, kind, agent, end_kind, reason, signed, signed_value, started, ended, ended_value,
    continued, unconverted
from contract_cell where grain = 2;

drop table contract_cell;

create table cohort_cell_day (
    generation smallint not null, period integer not null, age integer not null, clients integer not null,
    contracts integer not null, revenue bigint not null, received bigint not null,
    primary key (generation, period, age)
);

create table cohort_cell_month (
    generation smallint not null, period integer not null, age integer not null, clients integer not null,
    contracts integer not null, revenue bigint not null, received bigint not null,
    primary key (generation, period, age)
);

create table cohort_cell_year (
    generation smallint not null, period integer not null, age integer not null, clients integer not null,
    contracts integer not null, revenue bigint not null, received bigint not null,
    primary key (generation, period, age)
);

insert into cohort_cell_day (
    generation, period, age, clients, contracts, revenue, received
) select
    generation, period, age, clients, contracts, revenue, received
from cohort_cell where grain = 0;

insert into cohort_cell_month (
    generation, period, age, clients, contracts, revenue, received
) select
    generation, period, age, clients, contracts, revenue, received
from cohort_cell where grain = 1;

insert into cohort_cell_year (
    generation, period, age, clients, contracts, revenue, received
) select
    generation, period, age, clients, contracts, revenue, received
from cohort_cell where grain = 2;

drop table cohort_cell;

create table purchase_cell_day (
    generation smallint not null, period integer not null, channel integer not null, topic integer not null,
    agent integer not null, clients integer not null, touches integer not null, seconds bigint not null,
    revenue bigint not null, primary key (generation, period, channel, topic, agent)
);

create table purchase_cell_month (
    generation smallint not null, period integer not null, channel integer not null, topic integer not null,
    agent integer not null, clients integer not null, touches integer not null, seconds bigint not null,
    revenue bigint not null, primary key (generation, period, channel, topic, agent)
);

create table purchase_cell_year (
    generation smallint not null, period integer not null, channel integer not null, topic integer not null,
    agent integer not null, clients integer not null, touches integer not null, seconds bigint not null,
    revenue bigint not null, primary key (generation, period, channel, topic, agent)
);

insert into purchase_cell_day (
    generation, period, channel, topic, agent, clients, touches, seconds, revenue
) select
    generation, period, channel, topic, agent, clients, touches, seconds, revenue
from purchase_cell where grain = 0;

insert into purchase_cell_month (
    generation, period, channel, topic, agent, clients, touches, seconds, revenue
) select
    generation, period, channel, topic, agent, clients, touches, seconds, revenue
from purchase_cell where grain = 1;

insert into purchase_cell_year (
    generation, period, channel, topic, agent, clients, touches, seconds, revenue
) select
    generation, period, channel, topic, agent, clients, touches, seconds, revenue
from purchase_cell where grain = 2;

drop table purchase_cell;

create table path_cell_day (
    generation smallint not null, period integer not null, path integer not null, journeys integer not null,
    touches integer not null, contracts integer not null, revenue bigint not null, seconds bigint not null,
    primary key (generation, period, path)
);

create table path_cell_month (
    generation smallint not null, period integer not null, path integer not null, journeys integer not null,
    touches integer not null, contracts integer not null, revenue bigint not null, seconds bigint not null,
    primary key (generation, period, path)
);

create table path_cell_year (
    generation smallint not null, period integer not null, path integer not null, journeys integer not null,
    touches integer not null, contracts integer not null, revenue bigint not null, seconds bigint not null,
    primary key (generation, period, path)
);

insert into path_cell_day (
    generation, period, path, journeys, touches, contracts, revenue, seconds
) select
    generation, period, path, journeys, touches, contracts, revenue, seconds
from path_cell where grain = 0;

insert into path_cell_month (
    generation, period, path, journeys, touches, contracts, revenue, seconds
) select
    generation, period, path, journeys, touches, contracts, revenue, seconds
from path_cell where grain = 1;

insert into path_cell_year (
    generation, period, path, journeys, touches, contracts, revenue, seconds
) select
    generation, period, path, journeys, touches, contracts, revenue, seconds
from path_cell where grain = 2;

drop table path_cell;

create table step_cell_day (
    generation smallint not null, period integer not null, from_channel integer not null,
    to_channel integer not null, steps integer not null, seconds bigint not null,
    primary key (generation, period, from_channel, to_channel)
);

create table step_cell_month (
    generation smallint not null, period integer not null, from_channel integer not null,
    to_channel integer not null, steps integer not null, seconds bigint not null,
    primary key (generation, period, from_channel, to_channel)
);

create table step_cell_year (
    generation smallint not null, period integer not null, from_channel integer not null,
    to_channel integer not null, steps integer not null, seconds bigint not null,
    primary key (generation, period, from_channel, to_channel)
);

insert into step_cell_day (
    generation, period, from_channel, to_channel, steps, seconds
) select
    generation, period, from_channel, to_channel, steps, seconds
from step_cell where grain = 0;

insert into step_cell_month (
    generation, period, from_channel, to_channel, steps, seconds
) select
    generation, period, from_channel, to_channel, steps, seconds
from step_cell where grain = 1;

insert into step_cell_year (
    generation, period, from_channel, to_channel, steps, seconds
) select
    generation, period, from_channel, to_channel, steps, seconds
from step_cell where grain = 2;

drop table step_cell;

create table agent_cell_day (
    generation smallint not null, period integer not null, agent integer not null, temperature integer not null,
    topic integer not null, assigned integer not null, first_talks integer not null,
    first_talk_seconds bigint not null, positive integer not null, negative integer not null,
    satisfactory integer not null, undecided integer not null, activities integer not null, won integer not null,
    won_value bigint not null, open_leads integer not null, open_deals integer not null,
    open_value bigint not null, primary key (generation, period, agent, temperature, topic)
);

create table agent_cell_month (
    generation smallint not null, period integer not null, agent integer not null, temperature integer not null,
    topic integer not null, assigned integer not null, first_talks integer not null,
    first_talk_seconds bigint not null, positive integer not null, negative integer not null,
    satisfactory integer not null, undecided integer not null, activities integer not null, won integer not null,
    won_value bigint not null, open_leads integer not null, open_deals integer not null,
    open_value bigint not null, primary key (generation, period, agent, temperature, topic)
);

create table agent_cell_year (
    generation smallint not null, period integer not null, agent integer not null, temperature integer not null,
    topic integer not null, assigned integer not null, first_talks integer not null,
    first_talk_seconds bigint not null, positive integer not null, negative integer not null,
    satisfactory integer not null, undecided integer not null, activities integer not null, won integer not null,
    won_value bigint not null, open_leads integer not null, open_deals integer not null,
    open_value bigint not null, primary key (generation, period, agent, temperature, topic)
);

insert into agent_cell_day (
    generation, period, agent, temperature, topic, assigned, first_talks, first_talk_seconds, positive, negative,
    satisfactory, undecided, activities, won, won_value, open_leads, open_deals, open_value
) select
    generation, period, agent, temperature, topic, assigned, first_talks, first_talk_seconds, positive, negative,
    satisfactory, undecided, activities, won, won_value, open_leads, open_deals, open_value
from agent_cell where grain = 0;

insert into agent_cell_month (
    generation, period, agent, temperature, topic, assigned, first_talks, first_talk_seconds, positive, negative,
    satisfactory, undecided, activities, won, won_value, open_leads, open_deals, open_value
) select
    generation, period, agent, temperature, topic, assigned, first_talks, first_talk_seconds, positive, negative,
    satisfactory, undecided, activities, won, won_value, open_leads, open_deals, open_value
from agent_cell where grain = 1;

insert into agent_cell_year (
    generation, period, agent, temperature, topic, assigned, first_talks, first_talk_seconds, positive, negative,
    satisfactory, undecided, activities, won, won_value, open_leads, open_deals, open_value
) select
    generation, period, agent, temperature, topic, assigned, first_talks, first_talk_seconds, positive, negative,
    satisfactory, undecided, activities, won, won_value, open_leads, open_deals, open_value
from agent_cell where grain = 2;

drop table agent_cell;

create table case_cell_day (
    generation smallint not null, period integer not null, step integer not null, severity integer not null,
    agent integer not null, opened integer not null, resolved integer not null, seconds bigint not null,
    churned integer not null, primary key (generation, period, step, severity, agent)
);

create table case_cell_month (
    generation smallint not null, period integer not null, step integer not null, severity integer not null,
    agent integer not null, opened integer not null, resolved integer not null, seconds bigint not null,
    churned integer not null, primary key (generation, period, step, severity, agent)
);

create table case_cell_year (
    generation smallint not null, period integer not null, step integer not null, severity integer not null,
    agent integer not null, opened integer not null, resolved integer not null, seconds bigint not null,
    churned integer not null, primary key (generation, period, step, severity, agent)
);

insert into case_cell_day (
    generation, period, step, severity, agent, opened, resolved, seconds, churned
) select
    generation, period, step, severity, agent, opened, resolved, seconds, churned
from case_cell where grain = 0;

insert into case_cell_month (
    generation, period, step, severity, agent, opened, resolved, seconds, churned
) select
    generation, period, step, severity, agent, opened, resolved, seconds, churned
from case_cell where grain = 1;

insert into case_cell_year (
    generation, period, step, severity, agent, opened, resolved, seconds, churned
) select
    generation, period, step, severity, agent, opened, resolved, seconds, churned
from case_cell where grain = 2;

drop table case_cell;

create table survey_cell_day (
    generation smallint not null, period integer not null, campaign integer not null, answers integer not null,
    promoters integer not null, passives integer not null, detractors integer not null,
    primary key (generation, period, campaign)
);

create table survey_cell_month (
    generation smallint not null, period integer not null, campaign integer not null, answers integer not null,
    promoters integer not null, passives integer not null, detractors integer not null,
    primary key (generation, period, campaign)
);

create table survey_cell_year (
    generation smallint not null, period integer not null, campaign integer not null, answers integer not null,
    promoters integer not null, passives integer not null, detractors integer not null,
    primary key (generation, period, campaign)
);

insert into survey_cell_day (
    generation, period, campaign, answers, promoters, passives, detractors
) select
    generation, period, campaign, answers, promoters, passives, detractors
from survey_cell where grain = 0;

insert into survey_cell_month (
    generation, period, campaign, answers, promoters, passives, detractors
) select
    generation, period, campaign, answers, promoters, passives, detractors
from survey_cell where grain = 1;

insert into survey_cell_year (
    generation, period, campaign, answers, promoters, passives, detractors
) select
    generation, period, campaign, answers, promoters, passives, detractors
from survey_cell where grain = 2;

drop table survey_cell;

create table referral_cell_day (
    generation smallint not null, period integer not null, campaign integer not null, made integer not null,
    rewarded integer not null, reward bigint not null, unconverted integer not null,
    primary key (generation, period, campaign)
);

create table referral_cell_month (
    generation smallint not null, period integer not null, campaign integer not null, made integer not null,
    rewarded integer not null, reward bigint not null, unconverted integer not null,
    primary key (generation, period, campaign)
);

create table referral_cell_year (
    generation smallint not null, period integer not null, campaign integer not null, made integer not null,
    rewarded integer not null, reward bigint not null, unconverted integer not null,
    primary key (generation, period, campaign)
);

insert into referral_cell_day (
    generation, period, campaign, made, rewarded, reward, unconverted
) select
    generation, period, campaign, made, rewarded, reward, unconverted
from referral_cell where grain = 0;

insert into referral_cell_month (
    generation, period, campaign, made, rewarded, reward, unconverted
) select
    generation, period, campaign, made, rewarded, reward, unconverted
from referral_cell where grain = 1;

insert into referral_cell_year (
    generation, period, campaign, made, rewarded, reward, unconverted
) select
    generation, period, campaign, made, rewarded, reward, unconverted
from referral_cell where grain = 2;

drop table referral_cell;
