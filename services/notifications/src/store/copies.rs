//! What is known of staff and leads from their events. The highest revision counts.

use database::Error;
use ids::{LeadId, StaffId};
use sea_orm::ConnectionTrait;

use super::statement;
use crate::domain::locale::Locale;

/// A member of staff as a recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Staff {
    pub id: StaffId,
    pub name: String,
    pub email: String,
    pub locale: Locale,
    pub active: bool,
}

pub(crate) async fn save_staff(
    db: &impl ConnectionTrait,
    staff: &Staff,
    revision: i64,
) -> Result<(), Error> {
    let sql = "insert into staff (staff_id, revision, name, email, locale, active)
        values ($1, $2, $3, $4, $5, $6)
        on conflict (staff_id) do update set revision = excluded.revision, name = excluded.name,
            email = excluded.email, locale = excluded.locale, active = excluded.active
        where staff.revision < excluded.revision";
    let values = [
        staff.id.uuid().into(),
        revision.into(),
        staff.name.clone().into(),
        staff.email.clone().into(),
        staff.locale.as_str().into(),
        staff.active.into(),
    ];
    db.execute_raw(statement(db, sql, values)).await?;
    Ok(())
}

pub(crate) async fn staff(db: &impl ConnectionTrait, id: StaffId) -> Result<Option<Staff>, Error> {
    let sql = "select name, email, locale, active from staff where staff_id = $1";
    let Some(row) = db
        .query_one_raw(statement(db, sql, [id.uuid().into()]))
        .await?
    else {
        return Ok(None);
    };
    let locale: String = row.try_get("", "locale")?;
    Ok(Some(Staff {
        id,
        name: row.try_get("", "name")?,
        email: row.try_get("", "email")?,
        locale: Locale::of(&locale),
        active: row.try_get("", "active")?,
    }))
}

pub(crate) async fn save_lead(
    db: &impl ConnectionTrait,
    id: LeadId,
    revision: i64,
    name: &str,
) -> Result<(), Error> {
    let sql = "insert into lead_copy (lead_id, revision, name) values ($1, $2, $3)
        on conflict (lead_id) do update set revision = excluded.revision, name = excluded.name
        where lead_copy.revision < excluded.revision";
    let values = [id.uuid().into(), revision.into(), name.into()];
    db.execute_raw(statement(db, sql, values)).await?;
    Ok(())
}

/// Name on the card of a lead.
pub(crate) async fn lead_name(
    db: &impl ConnectionTrait,
    id: LeadId,
) -> Result<Option<String>, Error> {
    let sql = "select name from lead_copy where lead_id = $1";
    match db
        .query_one_raw(statement(db, sql, [id.uuid().into()]))
        .await?
    {
        Some(row) => Ok(Some(row.try_get("", "name")?)),
        None => Ok(None),
    }
}
