-- What the client base says of persons: a copy, the highest revision counts.
create table person (
    id uuid primary key,
    revision bigint not null,
    organisation_id uuid
);

-- Which persons claim a lead; while a merge is under way it may be more than one.
create table person_lead (
    lead_id uuid not null,
    person_id uuid not null references person (id),
    primary key (lead_id, person_id)
);

create index person_lead_person on person_lead (person_id);

-- Written first by all who link deals with persons, so that on PostgreSQL they take turns: the id is
-- that of a person or of a lead.
create table turn (
    id uuid primary key,
    turns bigint not null
);
