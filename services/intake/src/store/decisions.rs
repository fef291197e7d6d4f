//! Stored decisions of the matching, read through from the first to the last.

use database::Error;
use ids::{LeadId, SubmissionId};
use sea_orm::ConnectionTrait;
use serde_json::Value as Json;
use uuid::Uuid;

use super::rows::query;

/// Where nothing was decided, the column holds the null of JSON.
const DECIDED: &str = "decision <> 'null'";

/// The decision of the matching about a submission, as it is stored.
#[derive(Debug, Clone)]
pub struct Decision {
    pub submission: SubmissionId,
    pub lead: Option<LeadId>,
    /// The explanation, and all that it rests on.
    pub stored: Json,
}

/// How many decisions are stored.
pub async fn count<C: ConnectionTrait>(db: &C) -> Result<i64, Error> {
    let sql = format!("select count(*) as total from submission where {DECIDED}");
    match query(db, sql, []).await?.first() {
        Some(row) => row.get("total"),
        None => Ok(0),
    }
}

/// Up to `limit` decisions after that about a submission, in the order of the submissions.
pub async fn after<C: ConnectionTrait>(
    db: &C,
    position: Option<SubmissionId>,
    limit: u64,
) -> Result<Vec<Decision>, Error> {
    let sql = format!(
        "select id, lead_id, decision from submission \
         where id > $1 and {DECIDED} order by id limit $2"
    );
    let position = position.map_or(Uuid::nil(), SubmissionId::uuid);
    query(db, sql, [position.into(), limit.into()])
        .await?
        .iter()
        .map(|row| {
            let lead: Option<Uuid> = row.get("lead_id")?;
            Ok(Decision {
                submission: SubmissionId::from_uuid(row.get("id")?),
                lead: lead.map(LeadId::from_uuid),
                stored: row.get("decision")?,
            })
        })
        .collect()
}
