//! Timelines are made of what all services announce, this one too.
//!
//! They have durables of their own: neither waits for the other, and timelines can be made anew
//! without doing anything else again.

mod campaigns;
mod contracts;
mod customers;
mod deals;
mod intake;
mod notifications;

use std::{str::FromStr, sync::Arc};

use chrono::{DateTime, Utc};
use futures::future::BoxFuture;
use ids::{ContractId, DealId, LeadId, ParticipantId, PersonId, StaffId};
use messaging::{BatchError, BatchHandler, HandlerError, Received, Subscription, Tx};
use prost::{Message, Name};
use prost_types::Timestamp;
use proto::{
    campaigns::v1::{
        ParticipantContacted, ParticipantRecorded, ReferralMade, ReferralRewarded,
        ResponseRecorded, SurveyAnswered,
    },
    contracts::v1::{
        ContractActivated, ContractDrafted, ContractEnded, ContractGrown, ContractRecorded,
        ContractSent, ContractSigned, PaymentRecorded,
    },
    convert::to_timestamp,
    customers::v1::{CaseRecorded, ConsentRecorded, PersonsMerged, PersonsSplit},
    deals::v1::{
        DealActivityCompleted, DealLost, DealOpened, DealRecorded, DealStageChanged, DealWon,
        OfferRecorded,
    },
    intake::v1::{
        EnquiryAttached, LeadAssigned, LeadCreated, LeadOutcomeRecorded, LeadRefused, LeadReopened,
    },
    notifications::v1::{MessageSettled, QuestionnaireAnswered},
    types::v1::{Money, Source},
};
use uuid::Uuid;

use super::{id, optional_id};
use crate::{
    domain::timeline::{Entry, Kind, Link, Role, Told},
    store,
};

/// Name that its durables and its notes of handled events begin with.
pub const CONSUMER: &str = "customers-timeline";

pub(super) fn subscriptions() -> Vec<Subscription> {
    let it = Arc::new(Timeline);
    vec![
        Subscription::new(CONSUMER, "intake")
            .on_batch::<LeadCreated>(it.clone())
            .on_batch::<EnquiryAttached>(it.clone())
            .on_batch::<LeadAssigned>(it.clone())
            .on_batch::<LeadOutcomeRecorded>(it.clone())
            .on_batch::<LeadRefused>(it.clone())
            .on_batch::<LeadReopened>(it.clone()),
        Subscription::new(CONSUMER, "campaigns")
            .on_batch::<ParticipantRecorded>(it.clone())
            .on_batch::<ParticipantContacted>(it.clone())
            .on_batch::<ResponseRecorded>(it.clone())
            .on_batch::<SurveyAnswered>(it.clone())
            .on_batch::<ReferralMade>(it.clone())
            .on_batch::<ReferralRewarded>(it.clone()),
        Subscription::new(CONSUMER, "customers")
            .on_batch::<PersonsMerged>(it.clone())
            .on_batch::<PersonsSplit>(it.clone())
            .on_batch::<ConsentRecorded>(it.clone())
            .on_batch::<CaseRecorded>(it.clone()),
        Subscription::new(CONSUMER, "deals")
            .on_batch::<DealOpened>(it.clone())
            .on_batch::<DealRecorded>(it.clone())
            .on_batch::<DealStageChanged>(it.clone())
            .on_batch::<DealActivityCompleted>(it.clone())
            .on_batch::<OfferRecorded>(it.clone())
            .on_batch::<DealWon>(it.clone())
            .on_batch::<DealLost>(it.clone()),
        Subscription::new(CONSUMER, "contracts")
            .on_batch::<ContractDrafted>(it.clone())
            .on_batch::<ContractRecorded>(it.clone())
            .on_batch::<ContractSent>(it.clone())
            .on_batch::<ContractSigned>(it.clone())
            .on_batch::<ContractActivated>(it.clone())
            .on_batch::<ContractGrown>(it.clone())
            .on_batch::<ContractEnded>(it.clone())
            .on_batch::<PaymentRecorded>(it.clone()),
        Subscription::new(CONSUMER, "notifications")
            .on_batch::<MessageSettled>(it.clone())
            .on_batch::<QuestionnaireAnswered>(it),
    ]
}

/// Takes up what events tell.
pub struct Timeline;

/// An event that tells of what happened with persons.
pub trait Tells: Message + Name + Default + 'static {
    fn tell(event: &Received<Self>, told: &mut Told) -> Result<(), HandlerError>;
}

impl<M: Tells> BatchHandler<M> for Timeline {
    fn handle_all<'a>(
        &'a self,
        tx: &'a Tx,
        events: &'a [Received<M>],
    ) -> BoxFuture<'a, Result<(), BatchError>> {
        Box::pin(async move {
            let mut told = Told::default();
            for (place, event) in events.iter().enumerate() {
                M::tell(event, &mut told).map_err(|error| BatchError::at(place, error))?;
            }
            store::timeline::save(tx, &told)
                .await
                .map_err(|error| BatchError::from(HandlerError::from(error)))
        })
    }
}

/// An entry that the event itself names.
fn happened<M>(
    event: &Received<M>,
    kind: Kind,
    subject: Uuid,
    at: Option<&Timestamp>,
    about: &[&str],
) -> Entry {
    stands(event, event.event_id, kind, subject, at, about)
}

/// An entry of which every event of `source` carries the whole state.
fn stands<M>(
    event: &Received<M>,
    source: Uuid,
    kind: Kind,
    subject: Uuid,
    at: Option<&Timestamp>,
    about: &[&str],
) -> Entry {
    // What an event does not date happened when it was announced.
    let at = at.and_then(to_timestamp).unwrap_or_else(|| cut(event.at));
    let about = about.iter().filter(|id| !id.is_empty());
    Entry {
        about: about.map(|id| (*id).to_owned()).collect(),
        ..Entry::new(source, kind, event.revision, subject, at)
    }
}

/// To microseconds, as databases keep it.
fn cut(at: DateTime<Utc>) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(at.timestamp_micros()).unwrap_or(at)
}

/// Says that `child` belongs to what `parent` names; that it names nothing says nothing.
fn belongs<M, T: FromStr>(
    told: &mut Told,
    event: &Received<M>,
    child: Uuid,
    role: Role,
    parent: &str,
    uuid: fn(T) -> Uuid,
) -> Result<(), HandlerError> {
    if parent.is_empty() {
        return Ok(());
    }
    belongs_now(told, event, child, role, parent, uuid)
}

/// Says that `child` belongs to what `parent` names, and to none of the kind when it is empty.
fn belongs_now<M, T: FromStr>(
    told: &mut Told,
    event: &Received<M>,
    child: Uuid,
    role: Role,
    parent: &str,
    uuid: fn(T) -> Uuid,
) -> Result<(), HandlerError> {
    told.link(Link {
        origin: child,
        role,
        revision: event.revision,
        child,
        parent: optional_id(parent)?.map(uuid),
    });
    Ok(())
}

/// What an id of any of these kinds stands for; `None` for all others.
fn any_subject(text: &str) -> Option<Uuid> {
    let lead = text.parse().map(LeadId::uuid);
    lead.or_else(|_| text.parse().map(DealId::uuid))
        .or_else(|_| text.parse().map(ContractId::uuid))
        .or_else(|_| text.parse().map(PersonId::uuid))
        .or_else(|_| text.parse().map(ParticipantId::uuid))
        .ok()
}

fn staff(text: &str) -> Result<Option<StaffId>, HandlerError> {
    optional_id(text)
}

fn money(amount: Option<&Money>) -> Option<(i64, String)> {
    amount.map(|amount| (amount.minor, amount.currency.clone()))
}

/// The entry with the way in and the campaign of where it came from.
fn from_source(entry: Entry, source: Option<&Source>) -> Result<Entry, HandlerError> {
    let Some(source) = source else {
        return Ok(entry);
    };
    Ok(Entry {
        channel: source.channel.clone(),
        campaign: optional_id(&source.campaign_id)?,
        ..entry
    })
}
