-- Names and contacts of the client base, for lists that name persons; the highest revision counts.
create table person_card (
    person_id uuid not null primary key,
    revision bigint not null,
    full_name text not null,
    given_name text not null,
    family_name text not null,
    organisation text not null,
    emails jsonb not null,
    phones jsonb not null,
    locale text not null
);

-- The one activity of a quick campaign, and whether its list is complete.
create table quick_campaign (
    campaign_id uuid not null primary key references campaign (id),
    activity_id uuid not null references activity (id),
    filled boolean not null
);

-- Participants are chosen by how they answered.
create index response_participant_idx on response (participant_id);
