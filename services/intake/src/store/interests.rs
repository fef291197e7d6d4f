//! Attention without a person.

use clock::Timestamp;
use database::Error;
use ids::{InterestId, SubmissionId};
use sea_orm::ConnectionTrait;
use serde_json::json;

use super::{
    json::SourceJson,
    rows::{Kind, Row, Table, execute, hex, query, time},
};
use crate::domain::source::Source;

const INTEREST: Table = Table {
    name: "interest",
    columns: &[
        ("id", Kind::Id),
        ("submission_id", Kind::Id),
        ("organisation", Kind::Text),
        ("contacts", Kind::Json),
        ("source", Kind::Json),
        ("received_at", Kind::Time),
    ],
};

/// Attention without a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interest {
    pub id: InterestId,
    pub submission: SubmissionId,
    pub organisation: String,
    /// Canonical addresses and numbers.
    pub contacts: Vec<String>,
    pub source: Source,
    pub received_at: Timestamp,
}

/// Keeps interests; one of a submission that has one stays as it is.
pub async fn insert<C: ConnectionTrait>(db: &C, interests: &[Interest]) -> Result<(), Error> {
    let row = |it: &Interest| {
        json!([
            hex(it.id.uuid()),
            hex(it.submission.uuid()),
            it.organisation,
            it.contacts,
            SourceJson::from(&it.source),
            time(it.received_at),
        ])
    };
    INTEREST
        .insert_new(db, interests.iter().map(row).collect())
        .await?;
    Ok(())
}

/// The submission turned out to be somebody's.
pub async fn forget<C: ConnectionTrait>(db: &C, submission: SubmissionId) -> Result<(), Error> {
    let sql = "delete from interest where submission_id = $1";
    execute(db, sql, [submission.uuid().into()]).await?;
    Ok(())
}

/// Up to `limit` interests before `before`, newest first.
pub async fn list<C: ConnectionTrait>(
    db: &C,
    before: Option<InterestId>,
    limit: u64,
) -> Result<Vec<Interest>, Error> {
    let names = INTEREST.names();
    let rows = match before {
        None => {
            let sql = format!("select {names} from interest order by id desc limit $1");
            query(db, sql, [limit.into()]).await?
        }
        Some(before) => {
            let sql =
                format!("select {names} from interest where id < $1 order by id desc limit $2");
            query(db, sql, [before.uuid().into(), limit.into()]).await?
        }
    };
    rows.iter().map(interest).collect()
}

fn interest(row: &Row) -> Result<Interest, Error> {
    Ok(Interest {
        id: InterestId::from_uuid(row.get("id")?),
        submission: SubmissionId::from_uuid(row.get("submission_id")?),
        organisation: row.get("organisation")?,
        contacts: row.json("contacts")?,
        source: row.json::<SourceJson>("source")?.into(),
        received_at: row.get("received_at")?,
    })
}
