//! All that notifications listen to.

mod contract_renewal_due;
mod enquiry_attached;
mod erased;
mod lead_assigned;
mod lead_created;
mod lead_refused;
mod next_contact_planned;
mod person_recorded;
mod persons_merged;
mod staff_recorded;
mod task_recorded;

use std::{collections::BTreeSet, str::FromStr, sync::Arc};

use ids::LeadId;
use messaging::{BatchError, HandlerError, Received, Subscription, Tx};
use proto::{
    PERSONAL,
    campaigns::v1::TaskRecorded,
    contracts::v1::{ContractErased, ContractRenewalDue},
    customers::v1::{ConsentRecorded, PersonErased, PersonRecorded, PersonsMerged, PersonsSplit},
    deals::v1 as deals,
    gateway::v1::StaffRecorded,
    intake::v1::{
        EnquiryAttached, LeadAssigned, LeadCreated, LeadErased, LeadRefused, NextContactPlanned,
    },
    types::v1::Source,
};

use crate::{
    app::{
        App,
        notify_staff::{NotifyStaff, notify_staff},
    },
    error::Error,
    store::copies,
};

pub(crate) fn subscriptions(app: &Arc<App>) -> Vec<Subscription> {
    vec![
        Subscription::new("notifications", "gateway").on::<StaffRecorded>(app.clone()),
        Subscription::new("notifications", "intake")
            .on_batch::<LeadCreated>(app.clone())
            .on_batch::<EnquiryAttached>(app.clone())
            .on_batch::<LeadAssigned>(app.clone())
            .on::<LeadRefused>(app.clone())
            .on::<NextContactPlanned>(app.clone())
            .on::<LeadErased>(app.clone())
            .screened(PERSONAL),
        Subscription::new("notifications", "customers")
            .on_batch::<PersonRecorded>(app.clone())
            .on::<ConsentRecorded>(app.clone())
            .on::<PersonsMerged>(app.clone())
            .on::<PersonsSplit>(app.clone())
            // The last: what came with it brings nothing back.
            .on::<PersonErased>(app.clone())
            .screened(PERSONAL),
        Subscription::new("notifications", "deals")
            .on::<deals::NextContactPlanned>(app.clone())
            .on::<deals::DealErased>(app.clone())
            .screened(PERSONAL),
        Subscription::new("notifications", "campaigns").on_batch::<TaskRecorded>(app.clone()),
        Subscription::new("notifications", "contracts")
            .on::<ContractRenewalDue>(app.clone())
            .on::<ContractErased>(app.clone())
            .screened(PERSONAL),
    ]
}

/// What the events of a batch say, each of which may be to blame.
fn read_all<M, T>(
    events: &[Received<M>],
    read: impl Fn(&Received<M>) -> Result<T, HandlerError>,
) -> Result<Vec<T>, BatchError> {
    let read =
        |(place, event): (usize, _)| read(event).map_err(|error| BatchError::at(place, error));
    events.iter().enumerate().map(read).collect()
}

/// Tells of leads that are here already, by their names. One that is not known yet makes its
/// event wait.
async fn notify_of_leads(
    app: &App,
    tx: &Tx,
    notices: Vec<Option<(LeadId, NotifyStaff)>>,
) -> Result<(), BatchError> {
    let wanted: BTreeSet<LeadId> = notices.iter().flatten().map(|(lead, _)| *lead).collect();
    let known = copies::lead_names(&**tx, &wanted).await?;
    let mut named = Vec::with_capacity(notices.len());
    for (place, notice) in notices.into_iter().enumerate() {
        let Some((lead, mut cmd)) = notice else {
            continue;
        };
        let name = known.get(&lead).ok_or(Error::LeadUnknown);
        let name = name.map_err(|error| BatchError::at(place, error))?;
        cmd.facts.title.clone_from(name);
        named.push((place, cmd));
    }
    notify_staff(app, tx, named).await
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
