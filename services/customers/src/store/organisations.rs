//! Organisations.

use std::collections::{BTreeMap, BTreeSet};

use database::Error;
use ids::{OrganisationId, StaffId};
use messaging::Tx;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use serde_json::{Value as Json, json};

use super::{
    entity::organisation,
    rows::{self, Kind, Table, hex, time},
    texts,
};
use crate::domain::{
    organisation::{Details, Organisation},
    text::{organisation_key, tag_keys},
};

const SAVED: Table = Table {
    name: "organisation",
    columns: &[
        // The revision that is saved over: no column of the table.
        ("seen", Kind::Int),
        ("id", Kind::Id),
        ("revision", Kind::Int),
        ("name", Kind::Text),
        ("name_key", Kind::Text),
        ("emails", Kind::Json),
        ("phones", Kind::Json),
        ("category", Kind::Text),
        ("tags", Kind::Json),
        ("attributes", Kind::Json),
        ("responsible_id", Kind::Id),
        ("client", Kind::Flag),
        ("recorded_at", Kind::Time),
        ("search", Kind::Text),
        ("tag_keys", Kind::Text),
    ],
};
const NEW: Table = Table {
    columns: SAVED.columns.split_at(1).1,
    ..SAVED
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

/// Organisations by the keys of their names.
pub async fn find_by_keys(
    db: &impl ConnectionTrait,
    keys: &BTreeSet<String>,
) -> Result<BTreeMap<String, Organisation>, Error> {
    if keys.is_empty() {
        return Ok(BTreeMap::new());
    }
    let found = organisation::Entity::find()
        .filter(rows::one_of_texts(db, "name_key", keys.iter().cloned()))
        .all(db)
        .await?;
    let keyed = |row: organisation::Model| (row.name_key.clone(), from_row(row));
    Ok(found.into_iter().map(keyed).collect())
}

/// Present names of organisations.
pub async fn names(
    db: &impl ConnectionTrait,
    ids: impl IntoIterator<Item = OrganisationId>,
) -> Result<BTreeMap<OrganisationId, String>, Error> {
    let ids: BTreeSet<OrganisationId> = ids.into_iter().collect();
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let found = organisation::Entity::find()
        .filter(rows::one_of(
            db,
            "id",
            ids.into_iter().map(OrganisationId::uuid),
        ))
        .all(db)
        .await?;
    let named = |row: organisation::Model| (OrganisationId::from_uuid(row.id), row.name);
    Ok(found.into_iter().map(named).collect())
}

/// Writes new organisations. A name that another one bears already is a unique violation.
pub async fn insert(
    tx: &Tx,
    organisations: impl IntoIterator<Item = &Organisation>,
) -> Result<(), Error> {
    let rows = organisations.into_iter().map(|it| row(None, it)).collect();
    NEW.insert(&**tx, rows).await?;
    Ok(())
}

/// Saves over the revision `seen`.
pub async fn save(tx: &Tx, organisation: &Organisation, seen: i64) -> Result<(), Error> {
    rows::save_over_seen(tx, &SAVED, vec![row(Some(seen), organisation)]).await
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

/// Values of [`NEW`], or of [`SAVED`] where a revision was seen.
fn row(seen: Option<i64>, organisation: &Organisation) -> Json {
    let details = &organisation.details;
    let columns = [
        json!(hex(organisation.id.uuid())),
        json!(organisation.revision),
        json!(details.name),
        json!(organisation_key(&details.name)),
        json!(details.emails),
        json!(details.phones),
        json!(details.category),
        json!(details.tags),
        json!(details.attributes),
        json!(details.responsible.map(|staff| hex(staff.uuid()))),
        json!(organisation.client),
        json!(time(organisation.recorded_at)),
        json!(organisation.search()),
        json!(tag_keys(&details.tags)),
    ];
    seen.map(Json::from).into_iter().chain(columns).collect()
}
