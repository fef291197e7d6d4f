//! Copies of deals, for the card of a person.

use futures::future::BoxFuture;
use messaging::{Handler, HandlerError, Received, Tx};
use proto::deals::v1::{DealLost, DealOpened, DealWon};

use super::{id, optional_id};
use crate::{
    app::App,
    store::copies::{self, Deal},
};

impl Handler<DealOpened> for App {
    fn handle<'a>(
        &'a self,
        tx: &'a Tx,
        event: &'a Received<DealOpened>,
    ) -> BoxFuture<'a, Result<(), HandlerError>> {
        Box::pin(async move {
            let deal = &event.message;
            let copy = Deal {
                id: id(&deal.deal_id)?,
                revision: event.revision,
                person: optional_id(&deal.person_id)?,
                lead: optional_id(&deal.lead_id)?,
                title: deal.title.clone(),
                state: "open".to_owned(),
            };
            Ok(copies::save_deal(tx, copy).await?)
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
            let deal = &event.message;
            let copy = Deal {
                id: id(&deal.deal_id)?,
                revision: event.revision,
                person: optional_id(&deal.person_id)?,
                lead: optional_id(&deal.lead_id)?,
                title: deal.title.clone(),
                state: "won".to_owned(),
            };
            Ok(copies::save_deal(tx, copy).await?)
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
            let deal = &event.message;
            let copy = Deal {
                id: id(&deal.deal_id)?,
                revision: event.revision,
                person: None,
                lead: optional_id(&deal.lead_id)?,
                title: String::new(),
                state: "lost".to_owned(),
            };
            Ok(copies::save_deal(tx, copy).await?)
        })
    }
}
