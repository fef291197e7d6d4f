//! Accounts of staff.

use clock::Timestamp;
use database::Error;
use ids::StaffId;
use sea_orm::{ConnectionTrait, FromQueryResult};
use serde_json::Value as Json;
use uuid::Uuid;

use super::{broken, execute, statement};
use crate::domain::{
    locale::Locale,
    role::Role,
    staff::{Staff, folded},
};

const COLUMNS: &str = "id, revision, name, email, password_hash, password_changed_at, locale, roles, active, \
     opened_at";

/// The unique key of the address.
pub(crate) const EMAIL_KEY: &str = "staff_email_folded_key";

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    revision: i64,
    name: String,
    email: String,
    password_hash: String,
    password_changed_at: Option<Timestamp>,
    locale: String,
    roles: Json,
    active: bool,
    opened_at: Timestamp,
}

pub(crate) async fn insert(db: &impl ConnectionTrait, staff: &Staff) -> Result<(), Error> {
    let sql = "insert into staff (id, revision, name, name_folded, email, email_folded, \
               password_hash, locale, roles, admin, active, opened_at, password_changed_at) \
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    let values = vec![
        staff.id.uuid().into(),
        staff.revision.into(),
        staff.name.clone().into(),
        folded(&staff.name).into(),
        staff.email.clone().into(),
        folded(&staff.email).into(),
        staff.password_hash.clone().into(),
        staff.locale.as_str().into(),
        roles_json(&staff.roles).into(),
        staff.roles.contains(&Role::Admin).into(),
        staff.active.into(),
        staff.opened_at.into(),
        staff.password_changed_at.into(),
    ];
    execute(db, sql, values).await?;
    Ok(())
}

/// Saves a changed account if nobody else changed it in the meantime.
pub(crate) async fn update(db: &impl ConnectionTrait, staff: &Staff) -> Result<(), Error> {
    let sql = "update staff set revision = $1, name = $2, name_folded = $3, password_hash = $4, \
               password_changed_at = $5, locale = $6, roles = $7, admin = $8, active = $9 \
               where id = $10 and revision = $11";
    let values = vec![
        staff.revision.into(),
        staff.name.clone().into(),
        folded(&staff.name).into(),
        staff.password_hash.clone().into(),
        staff.password_changed_at.into(),
        staff.locale.as_str().into(),
        roles_json(&staff.roles).into(),
        staff.roles.contains(&Role::Admin).into(),
        staff.active.into(),
        staff.id.uuid().into(),
        (staff.revision - 1).into(),
    ];
    match execute(db, sql, values).await? {
        0 => Err(Error::conflict("the account")),
        _ => Ok(()),
    }
}

pub(crate) async fn find(db: &impl ConnectionTrait, id: StaffId) -> Result<Option<Staff>, Error> {
    let sql = format!("select {COLUMNS} from staff where id = $1");
    one(db, &sql, id.uuid().into()).await
}

pub(crate) async fn find_by_email(
    db: &impl ConnectionTrait,
    email: &str,
) -> Result<Option<Staff>, Error> {
    let sql = format!("select {COLUMNS} from staff where email_folded = $1");
    one(db, &sql, folded(email).into()).await
}

/// Active admins besides this account.
pub(crate) async fn other_admins(db: &impl ConnectionTrait, id: StaffId) -> Result<i64, Error> {
    let sql = "select count(*) as n from staff where admin and active and id <> $1";
    let row = db
        .query_one_raw(statement(db, sql, vec![id.uuid().into()]))
        .await?;
    Ok(row
        .map(|row| row.try_get("", "n"))
        .transpose()?
        .unwrap_or_default())
}

/// Accounts by name after the given one.
pub(crate) async fn list(
    db: &impl ConnectionTrait,
    after: Option<(String, Uuid)>,
    limit: u64,
) -> Result<Vec<Staff>, Error> {
    let (name, id) = after.unwrap_or_default();
    let sql = format!(
        "select {COLUMNS} from staff where name_folded > $1 or (name_folded = $1 and id > $2) \
         order by name_folded, id limit $3"
    );
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let values = vec![name.into(), id.into(), limit.into()];
    let rows = Row::find_by_statement(statement(db, &sql, values))
        .all(db)
        .await?;
    rows.into_iter().map(Staff::try_from).collect()
}

async fn one(
    db: &impl ConnectionTrait,
    sql: &str,
    key: sea_orm::Value,
) -> Result<Option<Staff>, Error> {
    let row = Row::find_by_statement(statement(db, sql, vec![key]))
        .one(db)
        .await?;
    row.map(Staff::try_from).transpose()
}

fn roles_json(roles: &[Role]) -> Json {
    roles.iter().map(|role| Json::from(role.as_str())).collect()
}

impl TryFrom<Row> for Staff {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        let roles = row.roles.as_array().ok_or_else(|| broken("roles"))?;
        let roles = roles.iter().map(|role| role.as_str().and_then(Role::parse));
        Ok(Self {
            id: StaffId::from_uuid(row.id),
            revision: row.revision,
            name: row.name,
            email: row.email,
            password_hash: row.password_hash,
            password_changed_at: row.password_changed_at,
            locale: Locale::parse(&row.locale).ok_or_else(|| broken("locale"))?,
            roles: roles
                .collect::<Option<_>>()
                .ok_or_else(|| broken("roles"))?,
            active: row.active,
            opened_at: row.opened_at,
        })
    }
}
