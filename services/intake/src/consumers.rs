//! All that intake listens to. Events may come twice and in any order.

mod answers;
mod deals;
mod erased;
mod persons;
mod responses;
mod staff;

use std::{str::FromStr, sync::Arc};

use messaging::{HandlerError, Subscription};
use proto::{
    PERSONAL,
    campaigns::v1::{ParticipantErased, ResponseRecorded},
    customers::v1::{DuplicateDecided, PersonErased, PersonRecorded, PersonsMerged, PersonsSplit},
    deals::v1::{DealLost, DealOpened, DealStageChanged, DealWon},
    gateway::v1::StaffRecorded,
    notifications::v1::QuestionnaireAnswered,
};

use crate::app::App;

/// Who tells what, and who listens.
pub fn subscriptions(app: &Arc<App>) -> Vec<Subscription> {
    vec![
        Subscription::new("intake", "gateway").on::<StaffRecorded>(app.clone()),
        Subscription::new("intake", "campaigns")
            .on::<ResponseRecorded>(app.clone())
            .on::<ParticipantErased>(app.clone())
            .screened(PERSONAL),
        Subscription::new("intake", "customers")
            .on_batch::<PersonRecorded>(app.clone())
            .on::<PersonsMerged>(app.clone())
            .on::<PersonsSplit>(app.clone())
            .on::<DuplicateDecided>(app.clone())
            // The last: what came with it brings nothing back.
            .on::<PersonErased>(app.clone())
            .screened(PERSONAL),
        Subscription::new("intake", "deals")
            .on::<DealOpened>(app.clone())
            .on::<DealStageChanged>(app.clone())
            .on::<DealWon>(app.clone())
            .on::<DealLost>(app.clone()),
        Subscription::new("intake", "notifications")
            .on::<QuestionnaireAnswered>(app.clone())
            .screened(PERSONAL),
    ]
}

/// An id inside an event; one that is none was never made by its publisher.
fn id<T: FromStr>(text: &str) -> Result<T, HandlerError> {
    text.parse()
        .map_err(|_| HandlerError::refuse("MALFORMED_ID"))
}

/// As [`id`], where it may be empty.
fn optional_id<T: FromStr>(text: &str) -> Result<Option<T>, HandlerError> {
    if text.is_empty() {
        Ok(None)
    } else {
        id(text).map(Some)
    }
}
