//! Partners.

use clock::Timestamp;
use database::Error;
use ids::PartnerId;
use sea_orm::{ConnectionTrait, FromQueryResult};
use uuid::Uuid;

use super::{execute, statement};
use crate::domain::{partner::Partner, staff::folded};

const COLUMNS: &str = "id, revision, name, active, recorded_at";

/// The unique key of the name.
pub(crate) const NAME_KEY: &str = "partner_name_folded_key";

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    revision: i64,
    name: String,
    active: bool,
    recorded_at: Timestamp,
}

pub(crate) async fn insert(db: &impl ConnectionTrait, partner: &Partner) -> Result<(), Error> {
    let sql = "insert into partner (id, revision, name, name_folded, active, recorded_at) \
               values ($1, $2, $3, $4, $5, $6)";
    let values = vec![
        partner.id.uuid().into(),
        partner.revision.into(),
        partner.name.clone().into(),
        folded(&partner.name).into(),
        partner.active.into(),
        partner.recorded_at.into(),
    ];
    execute(db, sql, values).await?;
    Ok(())
}

pub(crate) async fn find(
    db: &impl ConnectionTrait,
    id: PartnerId,
) -> Result<Option<Partner>, Error> {
    let sql = format!("select {COLUMNS} from partner where id = $1");
    let statement = statement(db, &sql, vec![id.uuid().into()]);
    Ok(Row::find_by_statement(statement)
        .one(db)
        .await?
        .map(Partner::from))
}

/// Partners by name after the given one.
pub(crate) async fn list(
    db: &impl ConnectionTrait,
    after: Option<(String, Uuid)>,
    limit: u64,
) -> Result<Vec<Partner>, Error> {
    let (name, id) = after.unwrap_or_default();
    let sql = format!(
        "select {COLUMNS} from partner where name_folded > $1 or (name_folded = $1 and id > $2) \
         order by name_folded, id limit $3"
    );
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let values = vec![name.into(), id.into(), limit.into()];
    let rows = Row::find_by_statement(statement(db, &sql, values))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(Partner::from).collect())
}

impl From<Row> for Partner {
    fn from(row: Row) -> Self {
        Self {
            id: PartnerId::from_uuid(row.id),
            revision: row.revision,
            name: row.name,
            active: row.active,
            recorded_at: row.recorded_at,
        }
    }
}
