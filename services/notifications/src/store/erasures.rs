//! What the erasure of a person takes out of the rows.

use std::collections::BTreeSet;

use clock::Timestamp;
use database::Error;
use ids::LeadId;
use sea_orm::{ConnectionTrait, DbBackend, Value};

use super::rows::{self, among, execute, one_of};

/// Leads are called by their ids from now on.
pub(crate) async fn blank_leads(
    db: &impl ConnectionTrait,
    leads: &BTreeSet<LeadId>,
) -> Result<(), Error> {
    let backend = db.get_database_backend();
    let printed = match backend {
        DbBackend::Sqlite => "'lead_' || lower(hex(lead_id))",
        _ => "'lead_' || replace(lead_id::text, '-', '')",
    };
    let listed = one_of(backend, "lead_id", "$1");
    let sql = format!("update lead_copy set name = {printed} where {listed}");
    execute(db, sql, [rows::ids(leads.iter().map(|lead| lead.uuid()))]).await?;
    Ok(())
}

/// Takes the words out of all that is about these, printed ids, and calls off what has not left yet.
pub(crate) async fn blank(
    db: &impl ConnectionTrait,
    subjects: &BTreeSet<String>,
    now: Timestamp,
) -> Result<(), Error> {
    let backend = db.get_database_backend();
    let list = match backend {
        DbBackend::Sqlite => "select value from json_each($1)",
        _ => "select value from jsonb_array_elements_text($1) as value",
    };
    let about = among(backend, "subject_id", list);
    let letters = format!("select id from letter where {about}");
    let letters = among(backend, "letter_id", &letters);
    let queued = format!(
        "update delivery set revision = revision + 1, state = 'suppressed', settled_at = $2, \
         lease_owner = null, lease_until = null where {letters} and state = 'queued'"
    );
    execute(db, queued, [texts(subjects), now.into()]).await?;
    let statements = [
        // What a mail server answered may name the recipient.
        format!("update delivery set detail = '' where {letters}"),
        // Staff stay who they are.
        format!(
            "update letter set recipient = '', recipient_name = '' \
             where {about} and purpose = 'farewell'"
        ),
        format!("update letter set subject = '', text = '' where {about}"),
        format!("update reminder set title = '' where {about}"),
        format!("update reminder set state = 'cancelled' where {about} and state = 'planned'"),
    ];
    for sql in statements {
        execute(db, sql, [texts(subjects)]).await?;
    }
    Ok(())
}

/// Nobody answers for these leads any more, and what was answered loses its words.
pub(crate) async fn blank_questionnaires(
    db: &impl ConnectionTrait,
    leads: &BTreeSet<LeadId>,
) -> Result<(), Error> {
    let backend = db.get_database_backend();
    let used_up = match backend {
        DbBackend::Sqlite => "'erased ' || lower(hex(id))",
        _ => "'erased ' || replace(id::text, '-', '')",
    };
    let listed = one_of(backend, "lead_id", "$1");
    let sql = format!("update questionnaire set token = {used_up}, comment = '' where {listed}");
    execute(db, sql, [rows::ids(leads.iter().map(|lead| lead.uuid()))]).await?;
    Ok(())
}

fn texts(subjects: &BTreeSet<String>) -> Value {
    let subjects: Vec<&String> = subjects.iter().collect();
    serde_json::json!(subjects).into()
}
