//! All that notifications listen to.

mod contract_renewal_due;
mod enquiry_attached;
mod lead_assigned;
mod lead_created;
mod lead_refused;
mod next_contact_planned;
mod staff_recorded;

use std::{str::FromStr, sync::Arc};

use messaging::{HandlerError, Subscription};
use proto::{
    contracts::v1::ContractRenewalDue,
    deals::v1 as deals,
    gateway::v1::StaffRecorded,
    intake::v1::{EnquiryAttached, LeadAssigned, LeadCreated, LeadRefused, NextContactPlanned},
    types::v1::Source,
};

use crate::app::App;

pub(crate) fn subscriptions(app: &Arc<App>) -> Vec<Subscription> {
    vec![
        Subscription::new("notifications", "gateway").on::<StaffRecorded>(app.clone()),
        Subscription::new("notifications", "intake")
            .on::<LeadCreated>(app.clone())
            .on::<EnquiryAttached>(app.clone())
            .on::<LeadAssigned>(app.clone())
            .on::<LeadRefused>(app.clone())
            .on::<NextContactPlanned>(app.clone()),
        Subscription::new("notifications", "deals").on::<deals::NextContactPlanned>(app.clone()),
        Subscription::new("notifications", "contracts").on::<ContractRenewalDue>(app.clone()),
    ]
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

/// Where something came from, in words.
fn source(source: Option<&Source>) -> String {
    let parts = source
        .map(|it| [it.channel.as_str(), it.name.as_str()])
        .unwrap_or_default();
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(", ")
}
