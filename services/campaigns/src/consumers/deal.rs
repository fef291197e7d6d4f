//! Deals that came of a campaign's leads.

use futures::future::BoxFuture;
use messaging::{Handler, HandlerError, Received, Tx};
use proto::{
    convert::to_timestamp,
    deals::v1::{DealLost, DealOpened, DealWon},
};

use super::{id, optional_id};
use crate::{
    app::{App, refer::deal_won},
    store::figures,
};

impl Handler<DealOpened> for App {
    fn handle<'a>(
        &'a self,
        tx: &'a Tx,
        event: &'a Received<DealOpened>,
    ) -> BoxFuture<'a, Result<(), HandlerError>> {
        Box::pin(async move {
            let campaign = match &event.message.source {
                Some(source) => optional_id(&source.campaign_id)?,
                None => None,
            };
            let deal = id(&event.message.deal_id)?;
            Ok(figures::keep_deal(tx, deal, event.revision, "open", campaign).await?)
        })
    }
}

impl Handler<DealWon> for App {
    fn handle<'a>(
        &'a self,
        tx: &'a Tx,
        event: &'a Received<DealWon>,
    ) -> BoxFuture<'a, Result<(), HandlerError>> {
        Box::pin(async move {
            let deal = id(&event.message.deal_id)?;
            figures::keep_deal(tx, deal, event.revision, "won", None).await?;
            if let Some(lead) = optional_id(&event.message.lead_id)? {
                let at = event.message.won_at.as_ref().and_then(to_timestamp);
                deal_won(self, tx, deal, lead, at.unwrap_or(event.at)).await?;
            }
            Ok(())
        })
    }
}

impl Handler<DealLost> for App {
    fn handle<'a>(
        &'a self,
        tx: &'a Tx,
        event: &'a Received<DealLost>,
    ) -> BoxFuture<'a, Result<(), HandlerError>> {
        Box::pin(async move {
            let deal = id(&event.message.deal_id)?;
            Ok(figures::keep_deal(tx, deal, event.revision, "lost", None).await?)
        })
    }
}
