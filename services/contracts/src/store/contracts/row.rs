//! A contract as a row and back.

use std::fmt;

use database::Error;
use ids::{ContractId, DealId, LeadId, OrganisationId, PersonId, StaffId};

use crate::domain::code::Code;
use crate::domain::contract::{Client, Contract, End, EndKind, Parties, Reached, State};
use crate::domain::money::Money;
use crate::domain::terms::Terms;
use crate::store::corrupt;
use crate::store::entity::contract::Model;

pub(super) fn write(contract: &Contract) -> Model {
    let Contract { terms, parties, .. } = contract;
    let reached = contract.reached();
    let end = contract.end_of();
    Model {
        id: contract.id.uuid(),
        revision: contract.revision,
        version: contract.version,
        number: contract.number.to_string(),
        state: contract.state.name().as_str().to_owned(),
        title: terms.title.clone(),
        amount_minor: terms.amount.minor(),
        currency: terms.amount.currency().to_owned(),
        recurring: terms.recurring,
        period_months: terms.period_months.into(),
        starts_at: terms.starts_at,
        ends_at: terms.ends_at,
        renewal_notice_days: terms.renewal_notice_days.into(),
        terms: terms.text.clone(),
        deal_id: parties.deal.uuid(),
        lead_id: parties.lead.map(LeadId::uuid),
        person_id: parties.client.person.map(PersonId::uuid),
        organisation_id: parties.client.organisation.map(OrganisationId::uuid),
        responsible_id: contract.responsible.map(StaffId::uuid),
        renews_contract_id: parties.renews().map(ContractId::uuid),
        drafted_at: contract.drafted_at,
        sent_at: reached.sent_at,
        signed_at: reached.signed_at,
        activated_at: reached.activated_at,
        ended_at: end.map(|end| end.at),
        end_kind: end.map(|end| end.kind.as_str().to_owned()),
        end_reason: end_reason(end, "terminated"),
        renewal_announced_at: contract.renewal_announced_at,
        renewal_at: contract.renewal_at(),
        kind: parties.kind.as_str().to_owned(),
        previous_contract_id: parties.previous.map(ContractId::uuid),
        recorded: true,
        unraised_minor: contract.unraised,
        expiry_reason: end_reason(end, "expired"),
        client_named_by: parties.client.named_by.as_str().to_owned(),
    }
}

/// Each kind of end has its reason in a column of its own.
fn end_reason(end: Option<&End>, kind: &str) -> Option<String> {
    let end = end.filter(|end| end.kind.as_str() == kind)?;
    end.kind.reason().map(ToString::to_string)
}

pub(in crate::store) fn read(row: Model) -> Result<Contract, Error> {
    let id = row.id;
    build(row).map_err(|cause| corrupt("contract", format!("contract {id}: {cause}")))
}

fn build(row: Model) -> Result<Contract, Broken> {
    Ok(Contract {
        id: ContractId::from_uuid(row.id),
        revision: row.revision,
        version: row.version,
        number: row.number.parse()?,
        state: state(&row)?,
        terms: Terms {
            title: row.title,
            amount: Money::try_new(row.amount_minor, &row.currency)?,
            recurring: row.recurring,
            period_months: row.period_months.try_into()?,
            starts_at: row.starts_at,
            ends_at: row.ends_at,
            renewal_notice_days: row.renewal_notice_days.try_into()?,
            text: row.terms,
        },
        unraised: row.unraised_minor,
        parties: Parties {
            deal: DealId::from_uuid(row.deal_id),
            lead: row.lead_id.map(LeadId::from_uuid),
            client: Client {
                person: row.person_id.map(PersonId::from_uuid),
                organisation: row.organisation_id.map(OrganisationId::from_uuid),
                named_by: row.client_named_by.parse()?,
            },
            kind: row.kind.parse()?,
            previous: row.previous_contract_id.map(ContractId::from_uuid),
        },
        responsible: row.responsible_id.map(StaffId::from_uuid),
        drafted_at: row.drafted_at,
        renewal_announced_at: row.renewal_announced_at,
    })
}

fn state(row: &Model) -> Result<State, Broken> {
    let (sent, signed, activated) = (row.sent_at, row.signed_at, row.activated_at);
    match (row.state.as_str(), sent, signed, activated) {
        ("draft", None, None, None) => Ok(State::Draft),
        ("sent", Some(sent_at), None, None) => Ok(State::Sent { sent_at }),
        ("signed", Some(sent_at), Some(signed_at), None) => {
            Ok(State::Signed { sent_at, signed_at })
        }
        ("active", Some(sent_at), Some(signed_at), Some(activated_at)) => Ok(State::Active {
            sent_at,
            signed_at,
            activated_at,
        }),
        ("ended", sent_at, signed_at, activated_at) => Ok(State::Ended {
            reached: Reached {
                sent_at,
                signed_at,
                activated_at,
            },
            end: end(row)?,
        }),
        _ => Err(Broken("state does not fit the other columns".to_owned())),
    }
}

fn end(row: &Model) -> Result<End, Broken> {
    let kind = match (row.end_kind.as_deref(), &row.end_reason) {
        (Some("expired"), None) => EndKind::Expired {
            reason: row
                .expiry_reason
                .as_deref()
                .map(Code::try_new)
                .transpose()?,
        },
        (Some("terminated"), Some(reason)) => EndKind::Terminated {
            reason: Code::try_new(reason)?,
        },
        _ => return Err(Broken("end does not fit the state".to_owned())),
    };
    let at = row
        .ended_at
        .ok_or_else(|| Broken("end without a time".to_owned()))?;
    Ok(End { at, kind })
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
