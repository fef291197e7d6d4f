//! Changes a draft of an offer.

use ids::OfferId;

use super::App;
use super::again::again;
use super::offer_content::{WantedContent, content};
use super::record_offer::{offer, save};
use crate::domain::offer::Offer;
use crate::error::Error;

#[derive(Debug, Clone)]
pub struct UpdateOffer {
    pub offer: OfferId,
    /// What the caller saw; 0 overwrites whatever is there.
    pub revision: i64,
    pub content: WantedContent,
}

/// Replaces what a draft says. A draft that says so already is left alone.
pub async fn update_offer(app: &App, cmd: &UpdateOffer) -> Result<Offer, Error> {
    again(|| attempt(app, cmd)).await
}

async fn attempt(app: &App, cmd: &UpdateOffer) -> Result<Offer, Error> {
    let tx = app.outbox.begin().await?;
    let (deal, mut offer) = offer(&tx, cmd.offer).await?;
    if cmd.revision != 0 && cmd.revision != offer.revision {
        return Err(Error::RevisionConflict(cmd.revision));
    }
    let content = content(&tx, &cmd.content).await?;
    if offer.change(content)? {
        deal.check_open()?;
        save(&tx, &mut offer, app.clock.now()).await?;
        tx.commit().await?;
    }
    Ok(offer)
}
