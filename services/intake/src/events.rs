//! What intake announces: each event of a lead as its message.

use clock::Timestamp;
use ids::LeadId;
use messaging::Event;
use proto::{convert::timestamp, intake::v1, types::v1::Money};

use crate::{
    domain::lead::{self, Change, DealOrder, Lead, Standing},
    rpc::convert::{person_name, source},
};

/// The event that a change of a lead leaves, if any. Facts are those of the card after the whole
/// command; the revision is that of the change.
pub(crate) fn of(lead: &Lead, change: &Change, now: Timestamp) -> Option<Event> {
    let event = change.event.as_ref()?;
    let send = Send {
        lead,
        revision: change.revision,
        now,
    };
    Some(match event {
        lead::Event::Created { submission } => send.event(&created(lead, submission.to_string())),
        lead::Event::EnquiryAttached {
            submission,
            source: from,
            at,
        } => send.event(&v1::EnquiryAttached {
            lead_id: lead.id.to_string(),
            submission_id: submission.to_string(),
            source: Some(source(from)),
            responsible_id: responsible(lead),
            received_at: Some(timestamp(*at)),
        }),
        lead::Event::Assigned { by, reason } => send.event(&v1::LeadAssigned {
            lead_id: lead.id.to_string(),
            responsible_id: responsible(lead),
            assigned_by: by.map(|by| by.to_string()).unwrap_or_default(),
            reason: reason.clone(),
        }),
        lead::Event::OutcomeRecorded { outcome, by, at } => send.event(&v1::LeadOutcomeRecorded {
            lead_id: lead.id.to_string(),
            outcome: outcome.as_str().to_owned(),
            reason: lead.reason.clone(),
            recorded_by: by.to_string(),
            recorded_at: Some(timestamp(*at)),
        }),
        lead::Event::Qualified {
            person,
            new_deal,
            at,
        } => send.event(&qualified(
            lead,
            &person.to_string(),
            new_deal.as_ref(),
            *at,
        )),
        lead::Event::Refused { at } => send.event(&refused(lead, *at)),
        lead::Event::Reopened { reason } => send.event(&v1::LeadReopened {
            lead_id: lead.id.to_string(),
            reason: reason.clone(),
            responsible_id: responsible(lead),
        }),
        lead::Event::NextContactPlanned => send.event(&v1::NextContactPlanned {
            lead_id: lead.id.to_string(),
            next_contact_at: lead.next_contact_at.map(timestamp),
            kind: lead
                .contact_kind
                .map(|kind| kind.as_str().to_owned())
                .unwrap_or_default(),
            responsible_id: responsible(lead),
            name: lead.name.shown(),
        }),
    })
}

/// A card lost its words.
pub(crate) fn erased(lead: LeadId, revision: i64, at: Timestamp) -> Event {
    let message = v1::LeadErased {
        lead_id: lead.to_string(),
        erased_at: Some(timestamp(at)),
    };
    Event::new(&message, lead, revision, at)
}

/// How a card stands after a command, where the command changed that.
pub(crate) fn recorded(lead: &Lead, standing: &Standing, now: Timestamp) -> Event {
    let send = Send {
        lead,
        revision: lead.revision,
        now,
    };
    send.event(&v1::LeadRecorded {
        lead_id: lead.id.to_string(),
        state: standing.state.as_str().to_owned(),
        topic: standing.topic.clone(),
        sale_object: standing.sale_object.clone(),
        project: standing.project.clone(),
        temperature: standing
            .temperature
            .map(|it| it.as_str().to_owned())
            .unwrap_or_default(),
        responsible_id: responsible(lead),
        filled_fields: standing.filled,
        wanted_fields: standing.wanted,
    })
}

struct Send<'a> {
    lead: &'a Lead,
    revision: i64,
    now: Timestamp,
}

impl Send<'_> {
    fn event<M: prost::Message + prost::Name>(&self, message: &M) -> Event {
        Event::new(message, self.lead.id, self.revision, self.now)
    }
}

fn created(lead: &Lead, submission_id: String) -> v1::LeadCreated {
    v1::LeadCreated {
        lead_id: lead.id.to_string(),
        submission_id,
        name: Some(person_name(&lead.name)),
        emails: emails(lead),
        phones: lead.phones.clone(),
        organisation: lead.organisation.clone(),
        private_person: lead.private_person,
        locale: lead.locale.clone(),
        topic: lead.topic.clone(),
        source: Some(source(&lead.source)),
        responsible_id: responsible(lead),
        received_at: Some(timestamp(lead.received_at)),
    }
}

fn qualified(
    lead: &Lead,
    person_id: &str,
    new_deal: Option<&DealOrder>,
    at: Timestamp,
) -> v1::LeadQualified {
    let new_deal = new_deal.map(|order| v1::lead_qualified::NewDeal {
        deal_id: order.id.to_string(),
        topic: order.deal.topic.clone(),
        title: order.deal.title.clone(),
        amount: order.deal.amount.as_ref().map(|amount| Money {
            minor: amount.minor,
            currency: amount.currency.clone(),
        }),
        sale_object: order.deal.sale_object.clone(),
        expected_close_at: order.deal.expected_close_at.map(timestamp),
    });
    v1::LeadQualified {
        lead_id: lead.id.to_string(),
        person_id: person_id.to_owned(),
        name: Some(person_name(&lead.name)),
        emails: emails(lead),
        phones: lead.phones.clone(),
        organisation: if lead.private_person {
            String::new()
        } else {
            lead.organisation.clone()
        },
        private_person: lead.private_person,
        locale: lead.locale.clone(),
        source: Some(source(&lead.source)),
        new_deal,
        responsible_id: responsible(lead),
        qualified_at: Some(timestamp(at)),
    }
}

fn refused(lead: &Lead, at: Timestamp) -> v1::LeadRefused {
    v1::LeadRefused {
        lead_id: lead.id.to_string(),
        reason: lead.reason.clone(),
        name: Some(person_name(&lead.name)),
        // As written, not as compared: this is where the letter goes.
        email: lead
            .emails
            .first()
            .map(|mailbox| mailbox.address.clone())
            .unwrap_or_default(),
        locale: lead.locale.clone(),
        next_contact_at: lead.next_contact_at.map(timestamp),
        responsible_id: responsible(lead),
        refused_at: Some(timestamp(at)),
    }
}

fn emails(lead: &Lead) -> Vec<String> {
    lead.emails
        .iter()
        .map(|mailbox| mailbox.canonical.clone())
        .collect()
}

fn responsible(lead: &Lead) -> String {
    lead.assigned
        .responsible
        .map(|staff| staff.to_string())
        .unwrap_or_default()
}
