-- Copy of the staff; the highest revision counts.
create table staff (
    staff_id uuid not null primary key,
    revision bigint not null,
    name text not null,
    email text not null,
    locale text not null,
    active boolean not null
);

-- Names of leads, for the texts of notices.
create table lead_copy (
    lead_id uuid not null primary key,
    revision bigint not null,
    name text not null
);

-- What is said to whom; it never changes. The subject comes first in the key: messages are looked
-- for by what they are about.
create table letter (
    id uuid not null primary key,
    purpose text not null check (
        purpose in ('farewell', 'new_lead', 'enquiry', 'assigned', 'reminder', 'renewal')
    ),
    subject_id text not null,
    -- Tells apart messages of one purpose about one thing: a submission, a revision, a due time.
    occurrence text not null,
    recipient text not null,
    recipient_name text not null,
    locale text not null,
    subject text not null,
    text text not null,
    -- Number of the layout that makes the HTML of the text.
    layout bigint not null,
    message_id_header text not null,
    traceparent text,
    planned_at timestamptz not null,
    unique (subject_id, purpose, recipient, occurrence)
);

-- Where a letter stands. The row decides what is sent, nothing else does.
create table delivery (
    letter_id uuid not null primary key,
    revision bigint not null,
    -- Whether it may be sent again by itself when nobody knows if it arrived.
    class text not null check (class in ('at_most_once', 'at_least_once')),
    state text not null check (
        state in ('queued', 'handed_over', 'accepted', 'rejected', 'unknown', 'suppressed', 'caught')
    ),
    detail text not null,
    attempts bigint not null,
    not_before timestamptz not null,
    give_up_at timestamptz not null,
    -- Who works on it, and until when nobody else may.
    lease_owner uuid,
    lease_until timestamptz,
    handed_over_at timestamptz,
    settled_at timestamptz
);
create index delivery_queued_idx on delivery (not_before) where state = 'queued';
-- Not by lease: what is renewed keeps its place.
create index delivery_handed_over_idx on delivery (letter_id) where state = 'handed_over';

-- A letter and where it stands, for readers.
create view message as
select letter.id, delivery.revision, letter.purpose, letter.subject_id, letter.recipient,
    letter.recipient_name, letter.locale, letter.subject, letter.text, letter.layout,
    delivery.class, delivery.state, delivery.detail, delivery.attempts, letter.message_id_header,
    letter.traceparent, letter.planned_at, delivery.not_before, delivery.give_up_at,
    delivery.handed_over_at, delivery.settled_at
from letter join delivery on delivery.letter_id = letter.id;

-- One per lead, deal or contract; a cancelled one stays so that a late revision is known to be late.
create table reminder (
    id uuid not null primary key,
    subject_id text not null unique,
    revision bigint not null,
    kind text not null,
    title text not null,
    staff_id uuid,
    due_at timestamptz not null,
    -- Last day of a contract that is to be renewed.
    ends_at timestamptz,
    state text not null check (state in ('planned', 'sent', 'completed', 'cancelled')),
    sent_at timestamptz,
    completed_at timestamptz
);
create index reminder_due_idx on reminder (due_at) where state = 'planned';
create index reminder_staff_idx on reminder (staff_id, due_at, id);

-- One per lead for ever: it stands for the farewell letter, which is written once.
create table questionnaire (
    id uuid not null primary key,
    lead_id uuid not null unique,
    token text not null unique,
    locale text not null,
    created_at timestamptz not null,
    answered_at timestamptz,
    reason text not null,
    comment text not null,
    contact_wanted boolean not null
);
