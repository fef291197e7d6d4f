//! All that deals listens to.

mod contract_renewal_due;
mod lead_qualified;
mod person_recorded;

use std::sync::Arc;

use messaging::Subscription;
use proto::contracts::v1::ContractRenewalDue;
use proto::customers::v1::PersonRecorded;
use proto::intake::v1::LeadQualified;

use crate::app::App;

pub fn subscriptions(app: &Arc<App>) -> Vec<Subscription> {
    vec![
        Subscription::new("deals", "intake").on::<LeadQualified>(app.clone()),
        Subscription::new("deals", "customers").on_batch::<PersonRecorded>(app.clone()),
        Subscription::new("deals", "contracts").on::<ContractRenewalDue>(app.clone()),
    ]
}
