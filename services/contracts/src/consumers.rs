//! All that contracts listens to.

mod deal_won;
mod person_recorded;
mod persons_merged;

use std::sync::Arc;

use messaging::Subscription;
use proto::customers::v1::{PersonRecorded, PersonsMerged, PersonsSplit};
use proto::deals::v1::DealWon;

use crate::app::App;

pub fn subscriptions(app: &Arc<App>) -> Vec<Subscription> {
    vec![
        Subscription::new("contracts", "deals").on::<DealWon>(app.clone()),
        Subscription::new("contracts", "customers")
            .on_batch::<PersonRecorded>(app.clone())
            .on::<PersonsMerged>(app.clone())
            .on::<PersonsSplit>(app.clone()),
    ]
}
