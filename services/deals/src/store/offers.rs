//! Rows of offers.

mod row;

use clock::Timestamp;
use database::Error;
use ids::{DealId, OfferId};
use messaging::Tx;
use sea_orm::prelude::*;
use sea_orm::{Condition, IntoActiveModel, QueryOrder, QuerySelect, TryInsertResult};

use super::entity::offer::{Column, Entity};
use crate::domain::offer::Offer;

/// Where a page of the list, newest first, goes on.
pub type Cursor = (Timestamp, Uuid);

/// Adds an offer; `false` when there is one with its id.
pub async fn insert(tx: &Tx, offer: &Offer) -> Result<bool, Error> {
    let inserted = Entity::insert(row::write(offer)?.into_active_model().reset_all())
        .on_conflict_do_nothing_on([Column::Id])
        .exec_without_returning(tx.connection())
        .await?;
    Ok(matches!(inserted, TryInsertResult::Inserted(1)))
}

/// Saves an offer as its next revision, unless somebody else did so first.
pub async fn save(tx: &Tx, offer: &mut Offer) -> Result<(), Error> {
    let seen = offer.revision;
    offer.revision += 1;
    let saved = Entity::update_many()
        .set(row::write(offer)?.into_active_model().reset_all())
        .filter(Column::Id.eq(offer.id.uuid()))
        .filter(Column::Revision.eq(seen))
        .exec(tx.connection())
        .await?;
    if saved.rows_affected == 0 {
        offer.revision = seen;
        return Err(Error::conflict("offer"));
    }
    Ok(())
}

pub async fn get(db: &impl ConnectionTrait, id: OfferId) -> Result<Option<Offer>, Error> {
    let row = Entity::find_by_id(id.uuid()).one(db).await?;
    row.map(row::read).transpose()
}

/// The version after this one.
pub async fn successor(db: &impl ConnectionTrait, id: OfferId) -> Result<Option<Offer>, Error> {
    let next = Entity::find().filter(Column::PreviousId.eq(id.uuid()));
    next.one(db).await?.map(row::read).transpose()
}

/// A page of the offers on a deal, newest first.
pub async fn page(
    db: &impl ConnectionTrait,
    deal: DealId,
    after: Option<Cursor>,
    limit: u32,
) -> Result<Vec<Offer>, Error> {
    let rows = Entity::find()
        .filter(Column::DealId.eq(deal.uuid()))
        .filter(after.map_or_else(Condition::all, older))
        .order_by_desc(Column::CreatedAt)
        .order_by_desc(Column::Id)
        .limit(u64::from(limit))
        .all(db)
        .await?;
    rows.into_iter().map(row::read).collect()
}

fn older((created_at, id): Cursor) -> Condition {
    Condition::any().add(Column::CreatedAt.lt(created_at)).add(
        Condition::all()
            .add(Column::CreatedAt.eq(created_at))
            .add(Column::Id.lt(id)),
    )
}
