//! The copy of who works here.

use std::collections::BTreeMap;

use database::Error;
use ids::{LeadId, StaffId};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::rows::{execute, query};

/// A member of staff, as far as intake needs to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    pub active: bool,
    /// Works leads.
    pub agent: bool,
    /// The newest lead he or she has.
    pub last_lead: Option<LeadId>,
}

/// Takes over what was announced, unless something newer is known.
pub async fn record<C: ConnectionTrait>(
    db: &C,
    staff: StaffId,
    revision: i64,
    name: &str,
    agent: bool,
    active: bool,
) -> Result<(), Error> {
    let sql = "insert into staff (id, revision, name, agent, active) values ($1, $2, $3, $4, $5) \
               on conflict (id) do update set revision = excluded.revision, name = excluded.name, \
               agent = excluded.agent, active = excluded.active \
               where staff.revision < excluded.revision";
    let values = [
        staff.uuid().into(),
        revision.into(),
        name.into(),
        agent.into(),
        active.into(),
    ];
    execute(db, sql, values).await?;
    Ok(())
}

/// Everybody, each with the newest lead.
pub async fn all<C: ConnectionTrait>(db: &C) -> Result<BTreeMap<StaffId, Member>, Error> {
    let sql = "select s.id, s.active, s.agent, (select l.id from lead as l \
               where l.responsible_id = s.id order by l.id desc limit 1) as last_lead from staff as s";
    let rows = query(db, sql, []).await?;
    let member = |row: &super::rows::Row| {
        let last_lead: Option<Uuid> = row.get("last_lead")?;
        let member = Member {
            active: row.get("active")?,
            agent: row.get("agent")?,
            last_lead: last_lead.map(LeadId::from_uuid),
        };
        Ok((StaffId::from_uuid(row.get("id")?), member))
    };
    rows.iter().map(member).collect()
}

/// Whether a member of staff may get leads; nothing when nobody of that id is known.
pub async fn is_active<C: ConnectionTrait>(db: &C, staff: StaffId) -> Result<Option<bool>, Error> {
    let rows = query(
        db,
        "select active from staff where id = $1",
        [staff.uuid().into()],
    )
    .await?;
    rows.first().map(|row| row.get("active")).transpose()
}
