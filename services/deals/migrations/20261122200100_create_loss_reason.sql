create table loss_reason (
    code text primary key,
    name text not null,
    place integer not null
);

insert into loss_reason (code, name, place) values
    ('price', 'Too expensive', 1),
    ('competitor', 'Chose a competitor', 2),
    ('no_budget', 'No budget', 3),
    ('no_need', 'The need is gone', 4),
    ('bad_timing', 'Not now', 5),
    ('offer_unsuitable', 'The offer does not fit', 6),
    ('no_answer', 'Does not answer any more', 7),
    ('own_refusal', 'We refused', 8),
    ('other', 'Other', 9);
