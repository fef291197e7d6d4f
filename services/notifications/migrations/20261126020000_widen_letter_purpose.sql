-- Letters may tell of tasks. A check cannot be changed in place on both databases, so the letters are
-- copied over.
drop view message;
create table letter_copy as select * from letter;
drop table letter;

create table letter (
    id uuid not null primary key,
    purpose text not null check (
        purpose in ('farewell', 'new_lead', 'enquiry', 'assigned', 'task', 'reminder', 'renewal')
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
insert into letter select * from letter_copy;
drop table letter_copy;

create view message as
select letter.id, delivery.revision, letter.purpose, letter.subject_id, letter.recipient,
    letter.recipient_name, letter.locale, letter.subject, letter.text, letter.layout,
    delivery.class, delivery.state, delivery.detail, delivery.attempts, letter.message_id_header,
    letter.traceparent, letter.planned_at, delivery.not_before, delivery.give_up_at,
    delivery.handed_over_at, delivery.settled_at
from letter join delivery on delivery.letter_id = letter.id;
