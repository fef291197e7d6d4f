-- Participants are asked for by person.
create index participant_person_idx on participant (campaign_id, person_id);
