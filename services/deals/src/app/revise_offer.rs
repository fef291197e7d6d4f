//! Drafts the next version of an offer.

use ids::{OfferId, StaffId};

use super::App;
use super::again::again;
use super::record_offer::{insert, offer};
use crate::domain::offer::{Offer, Refused};
use crate::error::Error;
use crate::store::offers;

#[derive(Debug, Clone)]
pub struct ReviseOffer {
    pub offer: OfferId,
    /// Of the new version.
    pub id: OfferId,
    pub by: Option<StaffId>,
}

/// Drafts the next version of an offer that was sent, with the same content.
///
/// The same new id twice returns that version as it is. A version has one after it: the newest is revised.
pub async fn revise_offer(app: &App, cmd: &ReviseOffer) -> Result<Offer, Error> {
    again(|| attempt(app, cmd)).await
}

async fn attempt(app: &App, cmd: &ReviseOffer) -> Result<Offer, Error> {
    let tx = app.outbox.begin().await?;
    let (deal, offer) = offer(&tx, cmd.offer).await?;
    if let Some(next) = offers::successor(tx.connection(), offer.id).await? {
        if next.id == cmd.id {
            return Ok(next);
        }
        return Err(Refused::AlreadyRevised.into());
    }
    deal.check_open()?;
    let now = app.clock.now();
    let next = insert(&tx, offer.revise(cmd.id, cmd.by, now)?, now).await?;
    if next.previous != Some(offer.id) {
        return Err(Error::OfferIdTaken(cmd.id));
    }
    tx.commit().await?;
    Ok(next)
}
