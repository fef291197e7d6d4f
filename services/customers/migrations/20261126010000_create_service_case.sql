create table service_case (
    id uuid not null primary key,
    revision bigint not null,
    person_id uuid references person (id),
    organisation_id uuid references organisation (id),
    step text not null check (step in ('campaign', 'enquiry', 'first_talk', 'offer', 'contract',
        'delivery', 'billing', 'support', 'renewal')),
    severity text not null check (severity in ('minor', 'major', 'critical')),
    state text not null check (state in ('open', 'resolved')),
    -- As printed, so that it says what it is the id of; empty for none.
    subject_id text not null,
    responsible_id uuid,
    text text not null,
    -- Of the last time that it was resolved.
    resolution text not null,
    opened_at timestamptz not null,
    opened_by uuid,
    resolved_at timestamptz,
    resolved_by uuid
);
create index service_case_opened_idx on service_case (opened_at, id);
create index service_case_person_idx on service_case (person_id, opened_at, id);
create index service_case_organisation_idx on service_case (organisation_id, opened_at, id);
create index service_case_subject_idx on service_case (subject_id, opened_at, id);
create index service_case_step_idx on service_case (step, opened_at, id);
create index service_case_state_idx on service_case (state, opened_at, id);
create index service_case_responsible_idx on service_case (responsible_id, opened_at, id);
