//! Organisations.

use database::Error;
use ids::{OrganisationId, StaffId};
use messaging::Tx;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::{entity::organisation, texts};
use crate::domain::{
    organisation::{Details, Organisation},
    text::{organisation_key, tag_keys},
};

pub async fn find(
    db: &impl ConnectionTrait,
    id: OrganisationId,
) -> Result<Option<Organisation>, Error> {
    Ok(organisation::Entity::find_by_id(id.uuid())
        .one(db)
        .await?
        .map(from_row))
}

pub async fn find_by_name(
    db: &impl ConnectionTrait,
    name: &str,
) -> Result<Option<Organisation>, Error> {
    let found = organisation::Entity::find()
        .filter(organisation::Column::NameKey.eq(organisation_key(name)))
        .one(db)
        .await?;
    Ok(found.map(from_row))
}

pub async fn insert(tx: &Tx, organisation: &Organisation) -> Result<(), Error> {
    organisation::Entity::insert(to_row(organisation))
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

/// Saves over the revision `seen`.
pub async fn save(tx: &Tx, organisation: &Organisation, seen: i64) -> Result<(), Error> {
    let mut row = to_row(organisation);
    row.id = sea_orm::ActiveValue::NotSet;
    let saved = organisation::Entity::update_many()
        .set(row)
        .filter(organisation::Column::Id.eq(organisation.id.uuid()))
        .filter(organisation::Column::Revision.eq(seen))
        .exec(&**tx)
        .await?;
    if saved.rows_affected == 0 {
        return Err(Error::conflict("organisation"));
    }
    Ok(())
}

pub(super) fn from_row(row: organisation::Model) -> Organisation {
    Organisation {
        id: OrganisationId::from_uuid(row.id),
        revision: row.revision,
        details: Details {
            name: row.name,
            emails: texts(&row.emails),
            phones: texts(&row.phones),
            category: row.category,
            tags: texts(&row.tags),
            attributes: serde_json::from_value(row.attributes).unwrap_or_default(),
            responsible: row.responsible_id.map(StaffId::from_uuid),
        },
        client: row.client,
        recorded_at: row.recorded_at,
    }
}

fn to_row(organisation: &Organisation) -> organisation::ActiveModel {
    let details = &organisation.details;
    organisation::ActiveModel {
        id: Set(organisation.id.uuid()),
        revision: Set(organisation.revision),
        name: Set(details.name.clone()),
        name_key: Set(organisation_key(&details.name)),
        emails: Set(json!(details.emails)),
        phones: Set(json!(details.phones)),
        category: Set(details.category.clone()),
        tags: Set(json!(details.tags)),
        attributes: Set(json!(details.attributes)),
        responsible_id: Set(details.responsible.map(StaffId::uuid)),
        client: Set(organisation.client),
        recorded_at: Set(organisation.recorded_at),
        search: Set(organisation.search()),
        tag_keys: Set(tag_keys(&details.tags)),
    }
}
