//! Keys of partners.

use clock::Timestamp;
use database::Error;
use ids::{ApiKeyId, PartnerId};
use sea_orm::{ConnectionTrait, FromQueryResult};
use uuid::Uuid;

use super::{execute, statement};
use crate::domain::api_key::ApiKey;

const COLUMNS: &str = "id, partner_id, hint, test, slot, created_at, expires_at, revoked_at, \
                       last_used_at";

/// The unique key of the places.
pub(crate) const PLACE_KEY: &str = "api_key_partner_id_test_slot_key";

/// Keys of one partner that are shown; older ones are long revoked.
const MOST_SHOWN: i64 = 100;

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    partner_id: Uuid,
    hint: String,
    test: bool,
    slot: Option<i32>,
    created_at: Timestamp,
    expires_at: Option<Timestamp>,
    revoked_at: Option<Timestamp>,
    last_used_at: Option<Timestamp>,
}

/// A key with the partner that it lets in.
pub(crate) struct Holder {
    pub(crate) key: ApiKey,
    pub(crate) partner_name: String,
    pub(crate) partner_active: bool,
}

#[derive(FromQueryResult)]
struct PartnerRow {
    partner_name: String,
    partner_active: bool,
}

pub(crate) async fn insert(
    db: &impl ConnectionTrait,
    key: &ApiKey,
    digest: &[u8],
) -> Result<(), Error> {
    let sql = "insert into api_key (id, partner_id, digest, hint, test, slot, created_at, \
               expires_at, revoked_at, last_used_at) \
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let values = vec![
        key.id.uuid().into(),
        key.partner.uuid().into(),
        digest.to_vec().into(),
        key.hint.clone().into(),
        key.test.into(),
        key.place.into(),
        key.created_at.into(),
        key.expires_at.into(),
        key.revoked_at.into(),
        key.last_used_at.into(),
    ];
    execute(db, sql, values).await?;
    Ok(())
}

/// Takes the place from a key that no longer counts.
pub(crate) async fn retire(db: &impl ConnectionTrait, id: ApiKeyId) -> Result<(), Error> {
    let sql = "update api_key set slot = null where id = $1";
    execute(db, sql, vec![id.uuid().into()]).await?;
    Ok(())
}

/// Revokes a key, if it is not revoked yet.
pub(crate) async fn revoke(
    db: &impl ConnectionTrait,
    id: ApiKeyId,
    now: Timestamp,
) -> Result<(), Error> {
    let sql = "update api_key set revoked_at = $1, slot = null \
               where id = $2 and revoked_at is null";
    execute(db, sql, vec![now.into(), id.uuid().into()]).await?;
    Ok(())
}

/// Notes when a key was used, unless that is known.
pub(crate) async fn touch(
    db: &impl ConnectionTrait,
    id: ApiKeyId,
    minute: Timestamp,
) -> Result<(), Error> {
    let sql = "update api_key set last_used_at = $1 \
               where id = $2 and (last_used_at is null or last_used_at < $1)";
    execute(db, sql, vec![minute.into(), id.uuid().into()]).await?;
    Ok(())
}

pub(crate) async fn find(
    db: &impl ConnectionTrait,
    partner: PartnerId,
    id: ApiKeyId,
) -> Result<Option<ApiKey>, Error> {
    let sql = format!("select {COLUMNS} from api_key where id = $1 and partner_id = $2");
    let statement = statement(db, &sql, vec![id.uuid().into(), partner.uuid().into()]);
    Ok(Row::find_by_statement(statement)
        .one(db)
        .await?
        .map(ApiKey::from))
}

pub(crate) async fn find_by_digest(
    db: &impl ConnectionTrait,
    digest: &[u8],
) -> Result<Option<Holder>, Error> {
    let sql = "select k.id, k.partner_id, k.hint, k.test, k.slot, k.created_at, k.expires_at, \
               k.revoked_at, k.last_used_at, p.name as partner_name, p.active as partner_active \
               from api_key k join partner p on p.id = k.partner_id where k.digest = $1";
    let row = db
        .query_one_raw(statement(db, sql, vec![digest.to_vec().into()]))
        .await?;
    let Some(row) = row else { return Ok(None) };
    let partner = PartnerRow::from_query_result(&row, "")?;
    Ok(Some(Holder {
        key: Row::from_query_result(&row, "")?.into(),
        partner_name: partner.partner_name,
        partner_active: partner.partner_active,
    }))
}

/// The keys of a partner, newest first.
pub(crate) async fn of_partner(
    db: &impl ConnectionTrait,
    partner: PartnerId,
) -> Result<Vec<ApiKey>, Error> {
    let sql = format!(
        "select {COLUMNS} from api_key where partner_id = $1 \
         order by created_at desc, id desc limit $2"
    );
    let statement = statement(db, &sql, vec![partner.uuid().into(), MOST_SHOWN.into()]);
    let rows = Row::find_by_statement(statement).all(db).await?;
    Ok(rows.into_iter().map(ApiKey::from).collect())
}

impl From<Row> for ApiKey {
    fn from(row: Row) -> Self {
        Self {
            id: ApiKeyId::from_uuid(row.id),
            partner: PartnerId::from_uuid(row.partner_id),
            hint: row.hint,
            test: row.test,
            place: row.slot,
            created_at: row.created_at,
            expires_at: row.expires_at,
            revoked_at: row.revoked_at,
            last_used_at: row.last_used_at,
        }
    }
}
