//! All that deals listens to.

mod contract_renewal_due;
mod lead_qualified;
mod person_recorded;
mod persons_merged;

use std::sync::Arc;

use messaging::Subscription;
use proto::contracts::v1::ContractRenewalDue;
use proto::customers::v1::{PersonRecorded, PersonsMerged, PersonsSplit};
use proto::intake::v1::LeadQualified;

use crate::app::App;

pub fn subscriptions(app: &Arc<App>) -> Vec<Subscription> {
    vec![
        Subscription::new("deals", "intake").on::<LeadQualified>(app.clone()),
        Subscription::new("deals", "customers")
            .on_batch::<PersonRecorded>(app.clone())
            .on::<PersonsMerged>(app.clone())
            .on::<PersonsSplit>(app.clone()),
        Subscription::new("deals", "contracts").on::<ContractRenewalDue>(app.clone()),
    ]
}
