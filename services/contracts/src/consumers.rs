//! All that contracts listens to.

mod deal_won;
mod erased;
mod person_recorded;
mod persons_merged;

use std::sync::Arc;

use messaging::Subscription;
use proto::PERSONAL;
use proto::customers::v1::{PersonErased, PersonRecorded, PersonsMerged, PersonsSplit};
use proto::deals::v1::{DealErased, DealWon};

use crate::app::App;

pub fn subscriptions(app: &Arc<App>) -> Vec<Subscription> {
    vec![
        Subscription::new("contracts", "deals")
            .on::<DealWon>(app.clone())
            .on::<DealErased>(app.clone())
            .screened(PERSONAL),
        Subscription::new("contracts", "customers")
            .on_batch::<PersonRecorded>(app.clone())
            .on::<PersonsMerged>(app.clone())
            .on::<PersonsSplit>(app.clone())
            .on::<PersonErased>(app.clone())
            .screened(PERSONAL),
    ]
}
