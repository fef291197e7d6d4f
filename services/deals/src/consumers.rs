//! All that deals listens to.

mod contract_renewal_due;
mod erased;
mod lead_qualified;
mod person_recorded;
mod persons_merged;

use std::sync::Arc;

use messaging::Subscription;
use proto::PERSONAL;
use proto::contracts::v1::ContractRenewalDue;
use proto::customers::v1::{PersonErased, PersonRecorded, PersonsMerged, PersonsSplit};
use proto::intake::v1::{LeadErased, LeadQualified};

use crate::app::App;

pub fn subscriptions(app: &Arc<App>) -> Vec<Subscription> {
    vec![
        Subscription::new("deals", "intake")
            .on::<LeadQualified>(app.clone())
            .on::<LeadErased>(app.clone())
            .screened(PERSONAL),
        Subscription::new("deals", "customers")
            .on_batch::<PersonRecorded>(app.clone())
            .on::<PersonsMerged>(app.clone())
            .on::<PersonsSplit>(app.clone())
            .on::<PersonErased>(app.clone())
            .screened(PERSONAL),
        Subscription::new("deals", "contracts")
            .on::<ContractRenewalDue>(app.clone())
            .screened(PERSONAL),
    ]
}
