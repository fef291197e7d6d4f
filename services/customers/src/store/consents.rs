//! Statements of persons, only added.

use std::collections::BTreeMap;

use database::Error;
use ids::{ConsentId, PersonId, StaffId};
use messaging::Tx;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

use super::{entity::consent, rows};
use crate::domain::consent::{About, Consent, State};

/// Statements that are looked at to tell what stands; of a person who says more, the last ones.
const MOST: u64 = 10_000;

pub async fn insert(tx: &Tx, consent: &Consent) -> Result<(), Error> {
    let row = consent::ActiveModel {
        id: Set(consent.id.uuid()),
        person_id: Set(consent.person.uuid()),
        revision: Set(consent.revision),
        channel: Set(consent.about.channel.clone()),
        purpose: Set(consent.about.purpose.clone()),
        contact: Set(consent.about.contact.clone()),
        state: Set(consent.state.as_str().to_owned()),
        source: Set(consent.source.clone()),
        proof: Set(consent.proof.clone()),
        stated_at: Set(consent.stated_at),
        recorded_by: Set(consent.by.map(StaffId::uuid)),
        recorded_at: Set(consent.recorded_at),
    };
    let insert = consent::Entity::insert(row);
    insert.exec_without_returning(&**tx).await?;
    Ok(())
}

pub async fn find(db: &impl ConnectionTrait, id: ConsentId) -> Result<Option<Consent>, Error> {
    let row = consent::Entity::find_by_id(id.uuid()).one(db).await?;
    Ok(row.map(from_row))
}

/// What these records say now: of each matter the statement that was made last.
pub async fn standing(
    db: &impl ConnectionTrait,
    persons: impl IntoIterator<Item = PersonId>,
) -> Result<Vec<Consent>, Error> {
    let persons = persons.into_iter().map(PersonId::uuid);
    let rows = consent::Entity::find()
        .filter(rows::one_of(db, "person_id", persons))
        .order_by_desc(consent::Column::StatedAt)
        .order_by_desc(consent::Column::Revision)
        .limit(MOST)
        .all(db)
        .await?;
    let mut standing: BTreeMap<(PersonId, About), Consent> = BTreeMap::new();
    for consent in rows.into_iter().map(from_row) {
        let matter = (consent.person, consent.about.clone());
        standing.entry(matter).or_insert(consent);
    }
    Ok(standing.into_values().collect())
}

/// Up to `limit` statements of a record before that revision, newest first.
pub async fn page(
    db: &impl ConnectionTrait,
    person: PersonId,
    before: Option<i64>,
    limit: u64,
) -> Result<Vec<Consent>, Error> {
    let mut found = consent::Entity::find().filter(consent::Column::PersonId.eq(person.uuid()));
    if let Some(before) = before {
        found = found.filter(consent::Column::Revision.lt(before));
    }
    let rows = found
        .order_by_desc(consent::Column::Revision)
        .limit(limit)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(from_row).collect())
}

fn from_row(row: consent::Model) -> Consent {
    Consent {
        id: ConsentId::from_uuid(row.id),
        person: PersonId::from_uuid(row.person_id),
        revision: row.revision,
        about: About {
            channel: row.channel,
            purpose: row.purpose,
            contact: row.contact,
        },
        // The table admits no other text; what could not be read would be a refusal.
        state: State::parse(&row.state).unwrap_or(State::Refused),
        source: row.source,
        proof: row.proof,
        stated_at: row.stated_at,
        by: row.recorded_by.map(StaffId::from_uuid),
        recorded_at: row.recorded_at,
    }
}
