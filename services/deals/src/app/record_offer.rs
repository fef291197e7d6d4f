//! Saves offers, and announces their whole state with every change.

use clock::Timestamp;
use ids::OfferId;
use messaging::Tx;

use super::deal;
use crate::domain::deal::Deal;
use crate::domain::offer::Offer;
use crate::error::Error;
use crate::events;
use crate::store::offers;

/// The offer of a command and its deal, both to be changed.
///
/// Whoever changes an offer holds its deal: versions of one offer take turns by that.
pub(super) async fn offer(tx: &Tx, id: OfferId) -> Result<(Deal, Offer), Error> {
    let seen = offers::get(tx.connection(), id).await?;
    let deal = deal(tx, seen.ok_or(Error::OfferNotFound(id))?.deal).await?;
    // Somebody who had the turn before may have changed it.
    let offer = offers::get(tx.connection(), id).await?;
    Ok((deal, offer.ok_or(Error::OfferNotFound(id))?))
}

/// Adds an offer and announces it; one that is there already is returned.
pub(super) async fn insert(tx: &Tx, offer: Offer, now: Timestamp) -> Result<Offer, Error> {
    if !offers::insert(tx, &offer).await? {
        let known = offers::get(tx.connection(), offer.id).await?;
        return known.ok_or(Error::OfferNotFound(offer.id));
    }
    tx.publish(events::offer_recorded(&offer, now)).await?;
    Ok(offer)
}

/// Saves an offer as its next revision and announces it.
pub(super) async fn save(tx: &Tx, offer: &mut Offer, now: Timestamp) -> Result<(), Error> {
    offers::save(tx, offer).await?;
    tx.publish(events::offer_recorded(offer, now)).await?;
    Ok(())
}
