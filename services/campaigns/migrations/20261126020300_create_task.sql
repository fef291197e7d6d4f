-- Tasks and messages to staff within a campaign.
create table task (
    id uuid not null primary key,
    revision bigint not null,
    campaign_id uuid not null references campaign (id),
    title text not null,
    text text not null,
    responsible_id uuid not null,
    given_by uuid,
    given_at timestamptz not null,
    due_at timestamptz,
    is_message boolean not null,
    done_at timestamptz,
    done_by uuid,
    report text not null
);
create index task_campaign_idx on task (campaign_id, id);
create index task_responsible_idx on task (responsible_id, id);
