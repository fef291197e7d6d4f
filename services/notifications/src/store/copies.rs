//! What is known of staff and leads from their events. The highest revision counts.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use database::Error;
use ids::{LeadId, StaffId};
use sea_orm::ConnectionTrait;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::{
    rows::{self, Kind},
    statement,
};
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

/// Those of them that are known.
pub(crate) async fn staff(
    db: &impl ConnectionTrait,
    wanted: &BTreeSet<StaffId>,
) -> Result<HashMap<StaffId, Staff>, Error> {
    let columns = "staff_id, name, email, locale, active";
    let wanted = wanted.iter().map(|id| id.uuid());
    let found = rows::by_ids(db, columns, "staff", "staff_id", wanted).await?;
    let staff = found.into_iter().map(|row| {
        let id = StaffId::from_uuid(row.try_get::<Uuid>("", "staff_id")?);
        let locale: String = row.try_get("", "locale")?;
        let staff = Staff {
            id,
            name: row.try_get("", "name")?,
            email: row.try_get("", "email")?,
            locale: Locale::of(&locale),
            active: row.try_get("", "active")?,
        };
        Ok((id, staff))
    });
    staff.collect()
}

/// A lead as its first event tells of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lead {
    pub id: LeadId,
    pub revision: i64,
    pub name: String,
}

pub(crate) async fn save_leads(db: &impl ConnectionTrait, leads: &[Lead]) -> Result<(), Error> {
    // No statement changes a row twice, and none may wait for another one crosswise.
    let mut newest: BTreeMap<LeadId, &Lead> = BTreeMap::new();
    for lead in leads {
        let kept = newest.entry(lead.id).or_insert(lead);
        if kept.revision < lead.revision {
            *kept = lead;
        }
    }
    if newest.is_empty() {
        return Ok(());
    }
    let columns = [
        ("lead_id", Kind::Id),
        ("revision", Kind::Int),
        ("name", Kind::Text),
    ];
    let sql = format!(
        "insert into lead_copy ({}) {} where true
        on conflict (lead_id) do update set revision = excluded.revision, name = excluded.name
        where lead_copy.revision < excluded.revision",
        rows::names(&columns),
        rows::unpacked(db.get_database_backend(), &columns, 1)
    );
    let packed: Vec<Json> = newest
        .values()
        .map(|lead| json!([rows::hex(lead.id.uuid()), lead.revision, lead.name]))
        .collect();
    let values = [Json::Array(packed).into()];
    db.execute_raw(statement(db, &sql, values)).await?;
    Ok(())
}

/// Names on the cards of those leads that are known.
pub(crate) async fn lead_names(
    db: &impl ConnectionTrait,
    wanted: &BTreeSet<LeadId>,
) -> Result<HashMap<LeadId, String>, Error> {
    let wanted = wanted.iter().map(|id| id.uuid());
    let found = rows::by_ids(db, "lead_id, name", "lead_copy", "lead_id", wanted).await?;
    let names = found.into_iter().map(|row| {
        let id = LeadId::from_uuid(row.try_get::<Uuid>("", "lead_id")?);
        Ok((id, row.try_get("", "name")?))
    });
    names.collect()
}
