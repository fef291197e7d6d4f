//! What is known of the client base here.

use std::collections::{BTreeMap, BTreeSet};

use database::Error;
use ids::{LeadId, PersonId};
use sea_orm::ConnectionTrait;

use super::members::{query, texts};

/// Whose leads these are, as far as the client base told.
pub async fn of_leads(
    db: &impl ConnectionTrait,
    leads: impl IntoIterator<Item = LeadId>,
) -> Result<BTreeMap<LeadId, PersonId>, Error> {
    let wanted: BTreeSet<String> = leads.into_iter().map(|lead| lead.to_string()).collect();
    if wanted.is_empty() {
        return Ok(BTreeMap::new());
    }
    let (among, list) = texts(db.get_database_backend(), "key", &wanted);
    let sql =
        format!("select key, person_id from person_key where {among} order by key, person_id");
    let mut persons = BTreeMap::new();
    for row in query(db, sql, [list]).await? {
        let key: String = row.try_get("", "key")?;
        if let Ok(lead) = key.parse() {
            // Of several records the oldest: all are one person.
            let person = PersonId::from_uuid(row.try_get("", "person_id")?);
            persons.entry(lead).or_insert(person);
        }
    }
    Ok(persons)
}
