-- What a referral of a campaign earns.
create table referral_terms (
    campaign_id uuid not null primary key references campaign (id),
    revision bigint not null,
    reward_minor bigint not null,
    reward_currency text not null
);

-- By what a person brings others. Folded: without case, space and dashes.
create table referral_code (
    code text not null primary key,
    id uuid not null unique,
    campaign_id uuid not null references campaign (id),
    person_id uuid not null,
    issued_at timestamptz not null,
    unique (campaign_id, person_id)
);
create index referral_code_page_idx on referral_code (campaign_id, id);
create index referral_code_person_idx on referral_code (person_id, id);

-- A lead that came with a code; one by a code that nobody has bears no campaign.
create table referral (
    id uuid not null primary key,
    revision bigint not null,
    state text not null check (state in ('unknown_code', 'own', 'made', 'rewarded', 'paid')),
    code text not null,
    campaign_id uuid,
    referrer_id uuid,
    lead_id uuid not null,
    made_at timestamptz not null,
    deal_id uuid,
    reward_minor bigint,
    reward_currency text,
    rewarded_at timestamptz,
    paid_at timestamptz,
    paid_by uuid,
    note text not null,
    unique (lead_id, code)
);
create index referral_campaign_idx on referral (campaign_id, id);
create index referral_referrer_idx on referral (referrer_id, id);

-- Deals of leads that were won, from events; a referral of the lead may be told of later.
create table won_deal (
    deal_id uuid not null primary key,
    lead_id uuid not null,
    won_at timestamptz not null
);
create index won_deal_lead_idx on won_deal (lead_id);

-- Who tells of a referral and who tells of a deal take turns by the lead: neither misses the other.
create table referral_turn (
    lead_id uuid not null primary key,
    turns bigint not null
);
