//! Records that an offer was accepted.

use ids::OfferId;

use super::App;
use super::again::again;
use super::{record_deal, record_offer};
use crate::domain::deal::{Change, Deal};
use crate::domain::offer::{Offer, Refused, State};
use crate::error::Error;
use crate::store::offers;

/// Accepts a sent offer: its sum before tax becomes the amount of the deal. A repeat changes nothing.
pub async fn accept_offer(app: &App, id: OfferId) -> Result<(Offer, Deal), Error> {
    again(|| attempt(app, id)).await
}

async fn attempt(app: &App, id: OfferId) -> Result<(Offer, Deal), Error> {
    let tx = app.outbox.begin().await?;
    let (mut deal, mut offer) = record_offer::offer(&tx, id).await?;
    let now = app.clock.now();
    if offer.accept(now)? {
        deal.check_open()?;
        let next = offers::successor(tx.connection(), id).await?;
        if next.is_some_and(|next| next.state != State::Draft) {
            return Err(Refused::Superseded.into());
        }
        record_offer::save(&tx, &mut offer, now).await?;
        let change = Change {
            amount: offer.amount(),
            ..Change::default()
        };
        if deal.change(change)? {
            record_deal::save(&tx, &mut deal, now).await?;
        }
        tx.commit().await?;
    }
    Ok((offer, deal))
}
