//! Links between leads and persons.

use chrono::{DateTime, Utc};
use database::Error;
use ids::{LeadId, PersonId, StaffId};
use messaging::Tx;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, sea_query::OnConflict,
};

use super::entity::person_lead;

/// A lead of a person.
pub struct Link {
    pub lead: LeadId,
    pub at: DateTime<Utc>,
    pub by: Option<StaffId>,
}

/// A card shows no more links than this.
const MOST: u64 = 1_000;

/// The person that a lead is linked to.
pub async fn owner(db: &impl ConnectionTrait, lead: LeadId) -> Result<Option<PersonId>, Error> {
    let row = person_lead::Entity::find_by_id(lead.uuid()).one(db).await?;
    Ok(row.map(|row| PersonId::from_uuid(row.person_id)))
}

/// Links a lead; answers with the owner if it is linked already.
pub async fn link(
    tx: &Tx,
    lead: LeadId,
    person: PersonId,
    by: Option<StaffId>,
    now: DateTime<Utc>,
) -> Result<Option<PersonId>, Error> {
    let row = person_lead::ActiveModel {
        lead_id: Set(lead.uuid()),
        person_id: Set(person.uuid()),
        linked_at: Set(now),
        linked_by: Set(by.map(StaffId::uuid)),
    };
    let inserted = person_lead::Entity::insert(row)
        .on_conflict(
            OnConflict::column(person_lead::Column::LeadId)
                .do_nothing()
                .to_owned(),
        )
        .exec_without_returning(&**tx)
        .await?;
    if inserted == 1 {
        Ok(None)
    } else {
        let owner = owner(&**tx, lead).await?;
        // Taken away between the two statements: the whole thing is done anew.
        owner.map(Some).ok_or_else(|| Error::conflict("link"))
    }
}

/// Takes a link away; `false` if there was none.
pub async fn unlink(tx: &Tx, lead: LeadId, person: PersonId) -> Result<bool, Error> {
    let deleted = person_lead::Entity::delete_many()
        .filter(person_lead::Column::LeadId.eq(lead.uuid()))
        .filter(person_lead::Column::PersonId.eq(person.uuid()))
        .exec(&**tx)
        .await?;
    Ok(deleted.rows_affected == 1)
}

/// The leads of a person, oldest link first.
pub async fn leads(db: &impl ConnectionTrait, person: PersonId) -> Result<Vec<Link>, Error> {
    let rows = person_lead::Entity::find()
        .filter(person_lead::Column::PersonId.eq(person.uuid()))
        .order_by_asc(person_lead::Column::LinkedAt)
        .order_by_asc(person_lead::Column::LeadId)
        .limit(MOST)
        .all(db)
        .await?;
    let link = |row: person_lead::Model| Link {
        lead: LeadId::from_uuid(row.lead_id),
        at: row.linked_at,
        by: row.linked_by.map(StaffId::from_uuid),
    };
    Ok(rows.into_iter().map(link).collect())
}
