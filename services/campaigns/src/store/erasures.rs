//! What the erasure of a person takes out of the rows.

use std::collections::BTreeSet;

use database::{
    Error,
    rows::{self, among, execute, one_of},
};
use ids::{LeadId, ParticipantId, PersonId};
use messaging::Tx;
use sea_orm::{ConnectionTrait, DbBackend, QueryResult, Value};

use super::members::query;

/// Participants that are any of these persons, became any of these leads, or are reached as the persons are.
pub async fn participants(
    tx: &Tx,
    persons: &BTreeSet<PersonId>,
    leads: &BTreeSet<LeadId>,
) -> Result<BTreeSet<ParticipantId>, Error> {
    let backend = tx.get_database_backend();
    let persons = || rows::ids(persons.iter().map(|person| person.uuid()));
    let leads = rows::ids(leads.iter().map(|lead| lead.uuid()));
    let of_persons = one_of(backend, "person_id", "$1");
    let of_leads = one_of(backend, "lead_id", "$1");
    let asked: [(String, Value); 3] = [
        (
            format!("select id from participant where {of_persons}"),
            persons(),
        ),
        (
            format!(
                "select response.participant_id as id from response_lead \
                 join response on response.id = response_lead.response_id where {of_leads}"
            ),
            leads,
        ),
        (
            format!(
                "select participant.id from person_key \
                 join participant on participant.contact_key = person_key.key where {}",
                one_of(backend, "person_key.person_id", "$1")
            ),
            persons(),
        ),
    ];
    let mut found = BTreeSet::new();
    for (sql, ids) in asked {
        for row in query(&**tx, sql, [ids]).await? {
            found.insert(id(&row)?);
        }
    }
    Ok(found)
}

/// Takes out who these participants are and what they said. What is counted stays: responses, contacts, choices and
/// numbers of answers.
pub async fn blank(tx: &Tx, participants: &BTreeSet<ParticipantId>) -> Result<(), Error> {
    let backend = tx.get_database_backend();
    let theirs = one_of(backend, "participant_id", "$1");
    let used_up = |column: &str| match backend {
        DbBackend::Sqlite => format!("'erased ' || lower(hex({column}))"),
        _ => format!("'erased ' || replace({column}::text, '-', '')"),
    };
    let statements = [
        format!(
            "update participant set revision = revision + 1, full_name = '', given_name = '', \
             family_name = '', organisation = '', emails = '[]', phones = '[]', locale = '', \
             contact_key = {} where {}",
            used_up("id"),
            one_of(backend, "id", "$1")
        ),
        format!("update response set answer = '' where {theirs}"),
        format!("update interaction set result = '' where {theirs}"),
        format!(
            "update survey_value set text = '' where counted = '' and {}",
            among(
                backend,
                "answer_id",
                &format!("select id from survey_answer where {theirs}")
            )
        ),
        // Nobody answers for them any more.
        format!(
            "update survey_token set token = {} || ' ' || {} where {theirs}",
            used_up("survey_id"),
            used_up("participant_id")
        ),
    ];
    for sql in statements {
        let ids = rows::ids(participants.iter().map(|it| it.uuid()));
        execute(&**tx, sql, [ids]).await?;
    }
    Ok(())
}

/// Takes out what is kept of persons and of who was brought by them or is one of these leads.
pub async fn blank_persons(
    tx: &Tx,
    persons: &BTreeSet<PersonId>,
    leads: &BTreeSet<LeadId>,
) -> Result<(), Error> {
    let backend = tx.get_database_backend();
    let card = format!(
        "update person_card set full_name = '', given_name = '', family_name = '', \
         organisation = '', emails = '[]', phones = '[]', locale = '' where {}",
        one_of(backend, "person_id", "$1")
    );
    let persons = || rows::ids(persons.iter().map(|person| person.uuid()));
    execute(&**tx, card, [persons()]).await?;
    let referral = format!(
        "update referral set note = '' where {} or {}",
        one_of(backend, "referrer_id", "$1"),
        one_of(backend, "lead_id", "$2")
    );
    let leads = rows::ids(leads.iter().map(|lead| lead.uuid()));
    execute(&**tx, referral, [persons(), leads]).await?;
    Ok(())
}

fn id(row: &QueryResult) -> Result<ParticipantId, Error> {
    Ok(ParticipantId::from_uuid(row.try_get("", "id")?))
}
