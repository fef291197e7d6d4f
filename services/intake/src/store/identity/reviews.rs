//! Pairs that people are asked about.

use std::collections::BTreeSet;

use clock::Timestamp;
use database::Error;
use ids::{IdentityId, ReviewId, StaffId, SubmissionId};
use sea_orm::{ConnectionTrait, Value};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::super::{
    leads::where_all,
    rows::{Kind, Row, Table, hex, query, time},
};
use crate::domain::identity::{Review, ReviewState};

const REVIEW: Table = Table {
    name: "identity_review",
    columns: &[
        ("id", Kind::Id),
        ("one_id", Kind::Id),
        ("other_id", Kind::Id),
        ("submission_id", Kind::Id),
        ("probability_ppm", Kind::Int),
        ("state", Kind::Text),
        ("created_at", Kind::Time),
        ("decided_by", Kind::Id),
        ("decided_at", Kind::Time),
        ("note", Kind::Text),
    ],
};

/// Which reviews are listed: of a state, or those that wait.
#[derive(Debug, Clone, Copy, Default)]
pub struct Asked {
    pub state: Option<ReviewState>,
    pub before: Option<ReviewId>,
}

/// Writes new reviews.
pub async fn insert<C: ConnectionTrait>(db: &C, reviews: &[Review]) -> Result<(), Error> {
    REVIEW.insert(db, reviews.iter().map(row).collect()).await?;
    Ok(())
}

/// A review.
pub async fn find<C: ConnectionTrait>(db: &C, id: ReviewId) -> Result<Option<Review>, Error> {
    let sql = format!(
        "select {} from identity_review where id = $1",
        REVIEW.names()
    );
    query(db, sql, [id.uuid().into()])
        .await?
        .first()
        .map(review)
        .transpose()
}

/// The questions that a submission left.
pub async fn of_submission<C: ConnectionTrait>(
    db: &C,
    submission: SubmissionId,
) -> Result<Vec<Review>, Error> {
    let sql = format!(
        "select {} from identity_review where submission_id = $1 order by id",
        REVIEW.names()
    );
    query(db, sql, [submission.uuid().into()])
        .await?
        .iter()
        .map(review)
        .collect()
}

/// Up to `limit` reviews, newest first.
pub async fn list<C: ConnectionTrait>(
    db: &C,
    asked: Asked,
    limit: u64,
) -> Result<Vec<Review>, Error> {
    let (mut conditions, mut values): (Vec<String>, Vec<Value>) = (Vec::new(), vec![limit.into()]);
    match asked.state {
        Some(state) => {
            values.push(state.as_str().into());
            conditions.push(format!("state = ${}", values.len()));
        }
        None => conditions.push("state in ('open', 'skipped')".to_owned()),
    }
    if let Some(before) = asked.before {
        values.push(before.uuid().into());
        conditions.push(format!("id < ${}", values.len()));
    }
    let sql = format!(
        "select {} from identity_review{} order by id desc limit $1",
        REVIEW.names(),
        where_all(&conditions)
    );
    query(db, sql, values).await?.iter().map(review).collect()
}

/// Writes what was decided; answers whether nobody decided otherwise in the meantime.
pub async fn decide<C: ConnectionTrait>(
    db: &C,
    review: &Review,
    seen: ReviewState,
) -> Result<bool, Error> {
    let sql = "update identity_review set state = $2, decided_by = $3, decided_at = $4, note = $5 \
               where id = $1 and state = $6";
    let values: [Value; 6] = [
        review.id.uuid().into(),
        review.state.as_str().into(),
        review.decided_by.map(StaffId::uuid).into(),
        review.decided_at.into(),
        review.note.clone().into(),
        seen.as_str().into(),
    ];
    Ok(super::execute(db, sql, values).await? > 0)
}

/// Closes the open questions among identities that are one person now.
pub async fn settle<C: ConnectionTrait>(
    db: &C,
    identities: &BTreeSet<IdentityId>,
    at: Timestamp,
) -> Result<(), Error> {
    let list = database::rows::one_of(db.get_database_backend(), "one_id", "$1");
    let other = database::rows::one_of(db.get_database_backend(), "other_id", "$1");
    let sql = format!(
        "update identity_review set state = 'settled', decided_at = $2 \
         where {list} and {other} and state in ('open', 'skipped')"
    );
    let wanted = database::rows::ids(identities.iter().map(|identity| identity.uuid()));
    super::execute(db, sql, [wanted, at.into()]).await?;
    Ok(())
}

fn row(review: &Review) -> Json {
    json!([
        hex(review.id.uuid()),
        hex(review.one.uuid()),
        hex(review.other.uuid()),
        review.submission.map(|submission| hex(submission.uuid())),
        review.probability_ppm,
        review.state.as_str(),
        time(review.created_at),
        review.decided_by.map(|by| hex(by.uuid())),
        review.decided_at.map(time),
        review.note,
    ])
}

fn review(row: &Row) -> Result<Review, Error> {
    let ppm: i32 = row.get("probability_ppm")?;
    let by: Option<Uuid> = row.get("decided_by")?;
    let submission: Option<Uuid> = row.get("submission_id")?;
    Ok(Review {
        id: ReviewId::from_uuid(row.get("id")?),
        one: IdentityId::from_uuid(row.get("one_id")?),
        other: IdentityId::from_uuid(row.get("other_id")?),
        submission: submission.map(SubmissionId::from_uuid),
        probability_ppm: u32::try_from(ppm).unwrap_or(0),
        state: row.read("state", ReviewState::parse)?,
        created_at: row.get("created_at")?,
        decided_by: by.map(StaffId::from_uuid),
        decided_at: row.get("decided_at")?,
        note: row.get("note")?,
    })
}
