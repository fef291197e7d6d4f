create table activity (
    id uuid primary key,
    deal_id uuid not null references deal (id),
    kind text not null check (kind in ('call', 'meeting', 'presentation', 'offer', 'contract_preparation', 'email', 'other')),
    note text not null,
    due_at timestamptz,
    move_to text,
    responsible_id uuid,
    planned_at timestamptz not null,
    completed_at timestamptz,
    result text,
    check ((completed_at is null) = (result is null))
);

create index activity_deal on activity (deal_id, planned_at);
