//! Records that an offer was declined.

use ids::OfferId;

use super::App;
use super::again::again;
use super::record_offer::{offer, save};
use crate::domain::offer::Offer;
use crate::error::Error;

/// Declines a sent offer, also when its deal is over. A repeat changes nothing.
pub async fn decline_offer(app: &App, id: OfferId) -> Result<Offer, Error> {
    again(|| attempt(app, id)).await
}

async fn attempt(app: &App, id: OfferId) -> Result<Offer, Error> {
    let tx = app.outbox.begin().await?;
    let (_, mut offer) = offer(&tx, id).await?;
    let now = app.clock.now();
    if offer.decline(now)? {
        save(&tx, &mut offer, now).await?;
        tx.commit().await?;
    }
    Ok(offer)
}
