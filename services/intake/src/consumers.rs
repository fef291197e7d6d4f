//! All that intake listens to. Events may come twice and in any order.

mod answers;
mod deals;
mod persons;
mod responses;
mod staff;

use std::{str::FromStr, sync::Arc};

use messaging::{HandlerError, Subscription};
use proto::{
    campaigns::v1::ResponseRecorded,
    customers::v1::{DuplicateDecided, PersonRecorded, PersonsMerged, PersonsSplit},
    deals::v1::{DealLost, DealOpened, DealStageChanged, DealWon},
    gateway::v1::StaffRecorded,
    notifications::v1::QuestionnaireAnswered,
};

use crate::app::App;

/// Who tells what, and who listens.
pub fn subscriptions(app: &Arc<App>) -> Vec<Subscription> {
    vec![
        Subscription::new("intake", "gateway").on::<StaffRecorded>(app.clone()),
        Subscription::new("intake", "campaigns").on::<ResponseRecorded>(app.clone()),
        Subscription::new("intake", "customers")
            .on_batch::<PersonRecorded>(app.clone())
            .on::<PersonsMerged>(app.clone())
            .on::<PersonsSplit>(app.clone())
            .on::<DuplicateDecided>(app.clone()),
        Subscription::new("intake", "deals")
            .on::<DealOpened>(app.clone())
            .on::<DealStageChanged>(app.clone())
            .on::<DealWon>(app.clone())
            .on::<DealLost>(app.clone()),
        Subscription::new("intake", "notifications").on::<QuestionnaireAnswered>(app.clone()),
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
