//! What deals come to, shown on the cards of their leads.

use clock::Timestamp;
use futures::future::BoxFuture;
use messaging::{Handler, HandlerError, Received, Tx};
use proto::{
    convert::to_timestamp,
    deals::v1::{DealLost, DealOpened, DealStageChanged, DealWon},
};

use super::{id, optional_id};
use crate::{
    app::{App, follow_deal::follow_deal},
    domain::lead::DealStep,
};

/// A step as its event tells it.
struct Told<'a> {
    lead_id: &'a str,
    deal_id: &'a str,
    stage: &'a str,
    open: bool,
    note: String,
    at: Timestamp,
}

impl App {
    /// Deals that did not come of a lead are nothing to intake.
    async fn follow(&self, tx: &Tx, revision: i64, told: Told<'_>) -> Result<(), HandlerError> {
        let Some(lead) = optional_id(told.lead_id)? else {
            return Ok(());
        };
        let step = DealStep {
            deal: id(told.deal_id)?,
            stage: told.stage.to_owned(),
            open: told.open,
            revision,
            note: told.note,
            at: told.at,
        };
        Ok(follow_deal(self, tx, lead, &step).await?)
    }
}

impl Handler<DealOpened> for App {
    fn handle<'a>(
        &'a self,
        tx: &'a Tx,
        event: &'a Received<DealOpened>,
    ) -> BoxFuture<'a, Result<(), HandlerError>> {
        let DealOpened {
            lead_id,
            deal_id,
            stage,
            ..
        } = &event.message;
        let note = format!("deal opened: {stage}");
        let told = Told {
            lead_id,
            deal_id,
            stage,
            open: true,
            note,
            at: event.at,
        };
        Box::pin(self.follow(tx, event.revision, told))
    }
}

impl Handler<DealStageChanged> for App {
    fn handle<'a>(
        &'a self,
        tx: &'a Tx,
        event: &'a Received<DealStageChanged>,
    ) -> BoxFuture<'a, Result<(), HandlerError>> {
        let DealStageChanged {
            lead_id,
            deal_id,
            from_stage,
            to_stage: stage,
            ..
        } = &event.message;
        let at = event
            .message
            .changed_at
            .as_ref()
            .and_then(to_timestamp)
            .unwrap_or(event.at);
        let note = format!("deal moved: {from_stage} to {stage}");
        let told = Told {
            lead_id,
            deal_id,
            stage,
            open: true,
            note,
            at,
        };
        Box::pin(self.follow(tx, event.revision, told))
    }
}

impl Handler<DealWon> for App {
    fn handle<'a>(
        &'a self,
        tx: &'a Tx,
        event: &'a Received<DealWon>,
    ) -> BoxFuture<'a, Result<(), HandlerError>> {
        let DealWon {
            lead_id, deal_id, ..
        } = &event.message;
        let at = event
            .message
            .won_at
            .as_ref()
            .and_then(to_timestamp)
            .unwrap_or(event.at);
        let note = "deal won".to_owned();
        let told = Told {
            lead_id,
            deal_id,
            stage: "won",
            open: false,
            note,
            at,
        };
        Box::pin(self.follow(tx, event.revision, told))
    }
}

impl Handler<DealLost> for App {
    fn handle<'a>(
        &'a self,
        tx: &'a Tx,
        event: &'a Received<DealLost>,
    ) -> BoxFuture<'a, Result<(), HandlerError>> {
        let DealLost {
            lead_id,
            deal_id,
            reason,
            stage,
            ..
        } = &event.message;
        let at = event
            .message
            .lost_at
            .as_ref()
            .and_then(to_timestamp)
            .unwrap_or(event.at);
        let note = format!("deal lost at {stage}: {reason}");
        let told = Told {
            lead_id,
            deal_id,
            stage: "lost",
            open: false,
            note,
            at,
        };
        Box::pin(self.follow(tx, event.revision, told))
    }
}
