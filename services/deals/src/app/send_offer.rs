//! Sends an offer.

use ids::OfferId;

use super::App;
use super::again::again;
use super::record_offer::{offer, save};
use crate::domain::offer::Offer;
use crate::error::Error;

#[derive(Debug, Clone)]
pub struct SendOffer {
    pub offer: OfferId,
    /// What the caller saw; 0 sends whatever is there.
    pub revision: i64,
}

/// Marks a draft as sent, once however often it is asked for.
pub async fn send_offer(app: &App, cmd: &SendOffer) -> Result<Offer, Error> {
    again(|| attempt(app, cmd)).await
}

async fn attempt(app: &App, cmd: &SendOffer) -> Result<Offer, Error> {
    let tx = app.outbox.begin().await?;
    let (deal, mut offer) = offer(&tx, cmd.offer).await?;
    let now = app.clock.now();
    let seen = offer.revision;
    if offer.send(now)? {
        if cmd.revision != 0 && cmd.revision != seen {
            return Err(Error::RevisionConflict(cmd.revision));
        }
        deal.check_open()?;
        save(&tx, &mut offer, now).await?;
        tx.commit().await?;
    }
    Ok(offer)
}
