-- What lists of records are read by: newest first, and by the labels that few records bear.

create index lead_record_received on lead_record (generation, received_at, id);
create index lead_record_qualified on lead_record (generation, qualified_at, id)
    where qualified_at is not null;
create index lead_record_campaign on lead_record (generation, campaign, received_at, id)
    where campaign <> 0;
create index lead_record_state on lead_record (generation, state, agent);

create index deal_record_opened on deal_record (generation, opened_at, id);
create index deal_record_closed on deal_record (generation, closed_at, id)
    where closed_at is not null;
create index deal_record_lead on deal_record (generation, lead);
create index deal_record_state on deal_record (generation, state, agent);

create index contract_record_signed on contract_record (generation, signed_at, id);
create index contract_record_started on contract_record (generation, started_at, id)
    where started_at is not null;
create index contract_record_ended on contract_record (generation, ended_at, id)
    where ended_at is not null;
create index contract_record_lead on contract_record (generation, lead);

create index growth_record_grown on growth_record (generation, grown_at, id);

create index touch_record_touched on touch_record (generation, touched_at, id);
create index touch_record_campaign on touch_record (generation, campaign, touched_at, id)
    where campaign <> 0;

create index credit_record_signed on credit_record (generation, model, signed_at, id);
create index refusal_record_refused on refusal_record (generation, refused_at, id);
create index cost_record_spent on cost_record (generation, spent_at, id);
create index channel_record_starts on channel_record (generation, starts_at, id);
create index payment_record_received on payment_record (generation, received_at, id)
    where received_at is not null;
create index name_record_kind on name_record (generation, kind);
