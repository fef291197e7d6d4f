//! All that the client base listens to.

mod contract_ended;
mod contract_signed;
mod deal;
mod lead_created;
mod lead_erased;
mod lead_qualified;
pub mod timeline;

use std::{str::FromStr, sync::Arc};

use messaging::{BatchError, HandlerError, Received, Subscription};
use proto::{
    PERSONAL,
    contracts::v1::{ContractEnded, ContractSigned},
    deals::v1::{DealLost, DealOpened, DealWon},
    intake::v1::{LeadCreated, LeadErased, LeadQualified},
};

use crate::app::{App, record_leads::RecordLead};

pub fn subscriptions(app: &Arc<App>) -> Vec<Subscription> {
    let mut all = vec![
        Subscription::new("customers", "intake")
            .on_batch::<LeadCreated>(app.clone())
            .on_batch::<LeadQualified>(app.clone())
            .on::<LeadErased>(app.clone())
            .screened(PERSONAL),
        Subscription::new("customers", "deals")
            .on::<DealOpened>(app.clone())
            .on::<DealWon>(app.clone())
            .on::<DealLost>(app.clone())
            .screened(PERSONAL),
        Subscription::new("customers", "contracts")
            .on::<ContractSigned>(app.clone())
            .on::<ContractEnded>(app.clone()),
    ];
    all.extend(timeline::subscriptions());
    all
}

/// What the events of a batch ask for, each of which may be to blame.
fn read_all<M>(
    events: &[Received<M>],
    read: impl Fn(&Received<M>) -> Result<Option<RecordLead>, HandlerError>,
) -> Result<Vec<RecordLead>, BatchError> {
    let read = |(place, event): (usize, _)| {
        let read = read(event).map_err(|error| BatchError::at(place, error));
        read.transpose()
    };
    events.iter().enumerate().filter_map(read).collect()
}

/// An id that an event must carry.
fn id<T: FromStr>(text: &str) -> Result<T, HandlerError> {
    text.parse()
        .map_err(|_| HandlerError::refuse("EVENT_ID_INVALID"))
}

/// An id that an event may leave empty.
fn optional_id<T: FromStr>(text: &str) -> Result<Option<T>, HandlerError> {
    if text.is_empty() {
        Ok(None)
    } else {
        id(text).map(Some)
    }
}
