//! All that campaigns listen to.

mod deal;
mod erased;
mod lead;
mod person_recorded;
mod persons_merged;

use std::{str::FromStr, sync::Arc};

use messaging::{BatchError, HandlerError, Received, Subscription};
use proto::{
    PERSONAL,
    customers::v1::{ConsentRecorded, PersonErased, PersonRecorded, PersonsMerged, PersonsSplit},
    deals::v1::{DealLost, DealOpened, DealWon},
    intake::v1::{EnquiryAttached, LeadCreated, LeadErased},
};

use crate::app::App;

pub fn subscriptions(app: &Arc<App>) -> Vec<Subscription> {
    vec![
        Subscription::new("campaigns", "intake")
            .on_batch::<LeadCreated>(app.clone())
            .on_batch::<EnquiryAttached>(app.clone())
            .on::<LeadErased>(app.clone())
            .screened(PERSONAL),
        Subscription::new("campaigns", "deals")
            .on::<DealOpened>(app.clone())
            .on::<DealWon>(app.clone())
            .on::<DealLost>(app.clone()),
        Subscription::new("campaigns", "customers")
            .on_batch::<PersonRecorded>(app.clone())
            .on::<ConsentRecorded>(app.clone())
            .on::<PersonsMerged>(app.clone())
            .on::<PersonsSplit>(app.clone())
            // The last: what came with it brings nothing back.
            .on::<PersonErased>(app.clone())
            .screened(PERSONAL),
    ]
}

/// What the events of a batch say, each of which may be to blame.
fn read_all<M, T>(
    events: &[Received<M>],
    read: impl Fn(&M) -> Result<T, HandlerError>,
) -> Result<Vec<T>, BatchError> {
    let read = |(place, event): (usize, &Received<M>)| {
        read(&event.message).map_err(|error| BatchError::at(place, error))
    };
    events.iter().enumerate().map(read).collect()
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
