-- Surveys and interviews of the participants of a campaign.
create table survey (
    id uuid not null primary key,
    revision bigint not null,
    campaign_id uuid not null references campaign (id),
    title text not null,
    introduction text not null,
    is_interview boolean not null,
    closed boolean not null,
    questions jsonb not null,
    -- How many answered: once somebody did, the questions stay.
    answers bigint not null,
    created_at timestamptz not null
);
create index survey_campaign_idx on survey (campaign_id, id);

-- Whoever knows a token may answer for its participant.
create table survey_token (
    token text not null primary key,
    survey_id uuid not null references survey (id),
    participant_id uuid not null references participant (id),
    unique (survey_id, participant_id)
);

create table survey_answer (
    id uuid not null primary key,
    revision bigint not null,
    survey_id uuid not null references survey (id),
    participant_id uuid not null references participant (id),
    recorded_by uuid,
    answered_at timestamptz not null,
    unique (survey_id, participant_id)
);
create index survey_answer_page_idx on survey_answer (survey_id, id);

create table survey_value (
    answer_id uuid not null references survey_answer (id),
    code text not null,
    survey_id uuid not null references survey (id),
    text text not null,
    number bigint,
    -- The choice or the number, empty for words: what is counted.
    counted text not null,
    primary key (answer_id, code)
);
create index survey_value_survey_idx on survey_value (survey_id, code);
