//! Suppliers of campaigns, and the contacts with them.

use database::Error as DatabaseError;
use ids::{CampaignId, InteractionId, OrganisationId, StaffId};
use messaging::Tx;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::{
    Cursor,
    entity::{supplier, supplier_interaction},
    paging,
};
use crate::{
    domain::supplier::{Entry, Interaction, Supplier},
    error::Error,
    refusal::Refusal,
};

pub async fn find(
    db: &impl ConnectionTrait,
    campaign: CampaignId,
    organisation: OrganisationId,
) -> Result<Option<Supplier>, DatabaseError> {
    let key = (campaign.uuid(), organisation.uuid());
    let row = supplier::Entity::find_by_id(key).one(db).await?;
    Ok(row.map(from_row))
}

/// The supplier, or the refusal that the campaign has no such one.
pub async fn get(
    db: &impl ConnectionTrait,
    campaign: CampaignId,
    organisation: OrganisationId,
) -> Result<Supplier, Error> {
    find(db, campaign, organisation)
        .await?
        .ok_or(Error::Refused(Refusal::SupplierNotFound(organisation)))
}

pub async fn insert(tx: &Tx, supplier: &Supplier) -> Result<(), DatabaseError> {
    supplier::Entity::insert(to_row(supplier))
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

/// Saves over the revision `seen`.
pub async fn save(tx: &Tx, supplier: &Supplier, seen: i64) -> Result<(), DatabaseError> {
    let mut row = to_row(supplier);
    row.campaign_id = NotSet;
    row.organisation_id = NotSet;
    let saved = supplier::Entity::update_many()
        .set(row)
        .filter(supplier::Column::CampaignId.eq(supplier.campaign.uuid()))
        .filter(supplier::Column::OrganisationId.eq(supplier.organisation.uuid()))
        .filter(supplier::Column::Revision.eq(seen))
        .exec(&**tx)
        .await?;
    if saved.rows_affected == 0 {
        return Err(DatabaseError::conflict("supplier"));
    }
    Ok(())
}

/// Up to `limit` suppliers after the cursor, in the order in which they were added.
pub async fn list(
    db: &impl ConnectionTrait,
    campaign: CampaignId,
    removed: bool,
    after: Option<&Cursor>,
    limit: u64,
) -> Result<Vec<Supplier>, DatabaseError> {
    let present = (!removed).then(|| supplier::Column::Removed.eq(false));
    let rows = supplier::Entity::find()
        .filter(supplier::Column::CampaignId.eq(campaign.uuid()))
        .filter(Condition::all().add_option(present))
        .filter(paging::after(
            supplier::Column::AddedAt,
            supplier::Column::OrganisationId,
            after,
        ))
        .order_by_asc(supplier::Column::AddedAt)
        .order_by_asc(supplier::Column::OrganisationId)
        .limit(limit)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(from_row).collect())
}

pub async fn find_interaction(
    db: &impl ConnectionTrait,
    id: InteractionId,
) -> Result<Option<Interaction>, DatabaseError> {
    let row = supplier_interaction::Entity::find_by_id(id.uuid());
    Ok(row.one(db).await?.map(from_interaction_row))
}

pub async fn insert_interaction(tx: &Tx, it: &Interaction) -> Result<(), DatabaseError> {
    let row = supplier_interaction::ActiveModel {
        id: Set(it.id.uuid()),
        campaign_id: Set(it.campaign.uuid()),
        organisation_id: Set(it.organisation.uuid()),
        kind: Set(it.kind.clone()),
        inbound: Set(it.inbound),
        result: Set(it.result.clone()),
        at: Set(it.at),
        by_staff_id: Set(it.by.map(StaffId::uuid)),
    };
    supplier_interaction::Entity::insert(row)
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

/// Up to `limit` interactions before the cursor, newest first.
pub async fn interactions(
    db: &impl ConnectionTrait,
    campaign: CampaignId,
    organisation: OrganisationId,
    before: Option<&Cursor>,
    limit: u64,
) -> Result<Vec<Interaction>, DatabaseError> {
    let rows = supplier_interaction::Entity::find()
        .filter(supplier_interaction::Column::CampaignId.eq(campaign.uuid()))
        .filter(supplier_interaction::Column::OrganisationId.eq(organisation.uuid()))
        .filter(paging::before(
            supplier_interaction::Column::At,
            supplier_interaction::Column::Id,
            before,
        ))
        .order_by_desc(supplier_interaction::Column::At)
        .order_by_desc(supplier_interaction::Column::Id)
        .limit(limit)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(from_interaction_row).collect())
}

fn from_row(row: supplier::Model) -> Supplier {
    Supplier {
        organisation: OrganisationId::from_uuid(row.organisation_id),
        campaign: CampaignId::from_uuid(row.campaign_id),
        revision: row.revision,
        entry: Entry {
            name: row.name,
            role: row.role,
            note: row.note,
        },
        removed: row.removed,
        added_at: row.added_at,
    }
}

fn to_row(supplier: &Supplier) -> supplier::ActiveModel {
    supplier::ActiveModel {
        campaign_id: Set(supplier.campaign.uuid()),
        organisation_id: Set(supplier.organisation.uuid()),
        revision: Set(supplier.revision),
        name: Set(supplier.entry.name.clone()),
        role: Set(supplier.entry.role.clone()),
        note: Set(supplier.entry.note.clone()),
        removed: Set(supplier.removed),
        added_at: Set(supplier.added_at),
    }
}

fn from_interaction_row(row: supplier_interaction::Model) -> Interaction {
    Interaction {
        id: InteractionId::from_uuid(row.id),
        campaign: CampaignId::from_uuid(row.campaign_id),
        organisation: OrganisationId::from_uuid(row.organisation_id),
        kind: row.kind,
        inbound: row.inbound,
        result: row.result,
        at: row.at,
        by: row.by_staff_id.map(StaffId::from_uuid),
    }
}
