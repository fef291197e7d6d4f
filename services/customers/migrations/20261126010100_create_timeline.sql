-- What happened, as events tell it. Everything here can be made anew from them.
create table timeline_entry (
    -- The event, or the thing of which an event carries the whole state: then the highest revision counts.
    source_id uuid not null,
    kind text not null,
    revision bigint not null,
    -- What it happened to: person, lead, participant, deal, contract, case or merge. Whose timeline it is in follows from
    -- the links, also from those that come later.
    subject_id uuid not null,
    at timestamptz not null,
    -- False once it did not happen: a payment taken back, a case that is open again.
    shown boolean not null,
    variant text not null,
    detail text not null,
    -- Ids as printed, the narrowest first.
    about jsonb not null,
    channel text not null,
    campaign_id uuid,
    amount_minor bigint,
    currency text,
    staff_id uuid,
    primary key (source_id, kind)
);
-- A timeline is read from the end of its subjects, out of this index alone but for what is shown in the end.
create index timeline_entry_subject_idx on timeline_entry (subject_id, at, source_id, kind) where shown;

-- What belongs to what, towards the person: a deal to its lead, a contract to its deal, a lead to nobody here, as
-- `person_lead` says it.
create table timeline_link (
    -- What says so (deal, contract, case, merge, participant, answer or response), and as what.
    origin_id uuid not null,
    role text not null check (role in ('person', 'other_person', 'lead', 'deal', 'contract', 'subject', 'participant')),
    -- Of the origin; the highest counts.
    revision bigint not null,
    child_id uuid not null,
    -- Null when it belongs to none of the kind any more.
    parent_id uuid,
    primary key (origin_id, role)
);
create index timeline_link_parent_idx on timeline_link (parent_id, child_id);
