//! A deal as a row and back.

use std::fmt;

use clock::Timestamp;
use database::Error;
use ids::{ContractId, DealId, LeadId, OrganisationId, PersonId, StaffId, TopicId};

use crate::domain::code::Code;
use crate::domain::contact::NextContact;
use crate::domain::deal::{Client, Deal, Loss, Origin, State};
use crate::domain::money::Money;
use crate::store::entity::deal::Model;
use crate::store::{corrupt, source};

pub(super) fn write(deal: &Deal) -> Model {
    let next_contact = deal.next_contact();
    let growth = growth(deal.origin);
    let loss = match &deal.state {
        State::Lost(loss) => Some(loss),
        State::Open { .. } | State::Won { .. } => None,
    };
    Model {
        id: deal.id.uuid(),
        revision: deal.revision,
        topic_id: deal.topic.uuid(),
        stage: deal.stage.to_string(),
        stage_since: deal.stage_since,
        state: state_name(&deal.state).to_owned(),
        title: deal.title.clone(),
        amount_minor: deal.amount.as_ref().map(Money::minor),
        currency: deal
            .amount
            .as_ref()
            .map(|amount| amount.currency().to_owned()),
        sale_object: deal.sale_object.clone(),
        expected_close_at: deal.expected_close_at,
        person_id: deal.client.person.map(PersonId::uuid),
        organisation_id: deal.client.organisation.map(OrganisationId::uuid),
        client_by_hand: deal.client.by_hand,
        responsible_id: deal.responsible.map(StaffId::uuid),
        origin: growth
            .map_or(deal.origin, |_| Origin::Direct)
            .as_str()
            .to_owned(),
        lead_id: deal.origin.lead().map(LeadId::uuid),
        renews_contract_id: deal.origin.renews().map(ContractId::uuid),
        source: deal.source.as_ref().map(source::write),
        note: deal.note.clone(),
        opened_at: deal.opened_at,
        next_contact_at: next_contact.map(|next| next.at),
        next_contact_kind: next_contact.map(|next| next.kind.to_string()),
        closed_at: deal.closed_at(),
        loss_reason: loss.map(|loss| loss.reason.to_string()),
        loss_note: loss.map(|loss| loss.note.clone()),
        committed: deal.committed,
        growth: growth.map(|_| deal.origin.as_str().to_owned()),
        previous_contract_id: growth.map(ContractId::uuid),
    }
}

/// The contract that the deal grows or goes beside, which is kept in columns of its own.
fn growth(origin: Origin) -> Option<ContractId> {
    match origin {
        Origin::Extension(contract) | Origin::Expansion(contract) | Origin::CrossSale(contract) => {
            Some(contract)
        }
        Origin::Lead(_) | Origin::Email(_) | Origin::Direct | Origin::Renewal(_) => None,
    }
}

fn state_name(state: &State) -> &'static str {
    match state {
        State::Open { .. } => "open",
        State::Won { .. } => "won",
        State::Lost(_) => "lost",
    }
}

pub(super) fn read(row: Model) -> Result<Deal, Error> {
    let id = row.id;
    build(row).map_err(|cause| corrupt("deal", format!("deal {id}: {cause}")))
}

fn build(row: Model) -> Result<Deal, Broken> {
    let state = state(&row)?;
    let origin = origin(&row)?;
    let amount = match (row.amount_minor, row.currency) {
        (Some(minor), Some(currency)) => Some(Money::try_new(minor, &currency)?),
        _ => None,
    };
    Ok(Deal {
        id: DealId::from_uuid(row.id),
        revision: row.revision,
        topic: TopicId::from_uuid(row.topic_id),
        stage: Code::try_new(&row.stage)?,
        stage_since: row.stage_since,
        state,
        title: row.title,
        amount,
        sale_object: row.sale_object,
        expected_close_at: row.expected_close_at,
        committed: row.committed,
        client: Client {
            person: row.person_id.map(PersonId::from_uuid),
            organisation: row.organisation_id.map(OrganisationId::from_uuid),
            by_hand: row.client_by_hand,
        },
        responsible: row.responsible_id.map(StaffId::from_uuid),
        origin,
        source: row.source.map(source::read).transpose()?,
        note: row.note,
        opened_at: row.opened_at,
    })
}

fn state(row: &Model) -> Result<State, Broken> {
    let closed_at: Option<Timestamp> = row.closed_at;
    match (row.state.as_str(), closed_at, &row.loss_reason) {
        ("open", None, None) => Ok(State::Open {
            next_contact: next_contact(row)?,
        }),
        ("won", Some(at), None) => Ok(State::Won { at }),
        ("lost", Some(at), Some(reason)) => Ok(State::Lost(Loss {
            at,
            reason: Code::try_new(reason)?,
            note: row.loss_note.clone().unwrap_or_default(),
        })),
        _ => Err(Broken("state does not fit the other columns".to_owned())),
    }
}

fn next_contact(row: &Model) -> Result<Option<NextContact>, Broken> {
    let Some((at, kind)) = row.next_contact_at.zip(row.next_contact_kind.as_deref()) else {
        return Ok(None);
    };
    Ok(Some(NextContact {
        at,
        kind: kind.parse()?,
    }))
}

fn origin(row: &Model) -> Result<Origin, Broken> {
    let lead = row.lead_id.map(LeadId::from_uuid);
    let contract = row.renews_contract_id.map(ContractId::from_uuid);
    if let Some((growth, contract)) = row.growth.as_deref().zip(row.previous_contract_id) {
        let contract = ContractId::from_uuid(contract);
        return match growth {
            "extension" => Ok(Origin::Extension(contract)),
            "expansion" => Ok(Origin::Expansion(contract)),
            "cross_sale" => Ok(Origin::CrossSale(contract)),
            _ => Err(Broken("growth is none".to_owned())),
        };
    }
    match (row.origin.as_str(), lead, contract) {
        ("lead", Some(lead), None) => Ok(Origin::Lead(lead)),
        ("email", lead, None) => Ok(Origin::Email(lead)),
        ("direct", None, None) => Ok(Origin::Direct),
        ("renewal", None, Some(contract)) => Ok(Origin::Renewal(contract)),
        _ => Err(Broken("origin does not fit the other columns".to_owned())),
    }
}

/// What is wrong with a row.
struct Broken(String);

impl<E: std::error::Error> From<E> for Broken {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
