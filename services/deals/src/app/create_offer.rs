//! Drafts an offer.

use ids::{DealId, OfferId, StaffId};

use super::again::again;
use super::offer_content::{WantedContent, content};
use super::record_offer::insert;
use super::{App, deal};
use crate::domain::offer::Offer;
use crate::error::Error;
use crate::store::offers;

#[derive(Debug, Clone)]
pub struct CreateOffer {
    pub id: OfferId,
    pub deal: DealId,
    pub content: WantedContent,
    pub by: Option<StaffId>,
}

/// Drafts an offer on an open deal. The same id twice returns the offer as it is.
pub async fn create_offer(app: &App, cmd: &CreateOffer) -> Result<Offer, Error> {
    again(|| attempt(app, cmd)).await
}

async fn attempt(app: &App, cmd: &CreateOffer) -> Result<Offer, Error> {
    let tx = app.outbox.begin().await?;
    if let Some(known) = offers::get(tx.connection(), cmd.id).await? {
        return Ok(known);
    }
    deal(&tx, cmd.deal).await?.check_open()?;
    let content = content(&tx, &cmd.content).await?;
    let now = app.clock.now();
    let offer = insert(
        &tx,
        Offer::draft(cmd.id, cmd.deal, content, cmd.by, now),
        now,
    )
    .await?;
    tx.commit().await?;
    Ok(offer)
}
