-- Copies of persons, the highest revision counts, and what is theirs: folded addresses and numbers,
-- printed ids of leads.
create table person_copy (
    person_id uuid not null primary key,
    revision bigint not null
);
create table person_key (
    key text not null,
    person_id uuid not null,
    primary key (key, person_id)
);
create index person_key_person_idx on person_key (person_id);

-- What persons said of being reached. Of the same matter what was said last counts.
create table consent_copy (
    person_id uuid not null,
    channel text not null,
    purpose text not null,
    contact text not null,
    revision bigint not null,
    refused boolean not null,
    stated_at timestamptz not null,
    primary key (person_id, channel, purpose, contact)
);
create index consent_copy_contact_idx on consent_copy (contact) where contact <> '';

-- One row: what forbids sending and what is sent take turns by it.
create table reach_turn (
    id bigint not null primary key,
    turns bigint not null
);
insert into reach_turn (id, turns) values (1, 0);
