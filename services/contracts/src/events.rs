//! All that contracts announces.

use clock::Timestamp;
use ids::ContractId;
use messaging::Event;
use proto::contracts::v1 as announced;
use proto::convert::timestamp;
use proto::types::v1 as types;

use crate::domain::contract::{Contract, End, Growth};
use crate::domain::payment::Payment;
use crate::rpc::encode::{money, printed, signed, value};

pub fn contract_erased(contract: ContractId, revision: i64, at: Timestamp) -> Event {
    let message = announced::ContractErased {
        contract_id: contract.to_string(),
        erased_at: Some(timestamp(at)),
    };
    Event::new(&message, contract, revision, at)
}

/// The whole state of a contract.
pub fn contract_recorded(contract: &Contract, now: Timestamp) -> Event {
    let Contract { terms, parties, .. } = contract;
    let message = announced::ContractRecorded {
        contract_id: contract.id.to_string(),
        number: contract.number.to_string(),
        state: contract.state.name().as_str().to_owned(),
        kind: parties.kind.to_string(),
        previous_contract_id: printed(parties.previous),
        deal_id: parties.deal.to_string(),
        lead_id: printed(parties.lead),
        person_id: printed(parties.client.person),
        organisation_id: printed(parties.client.organisation),
        responsible_id: printed(contract.responsible),
        amount: Some(money(&terms.amount)),
        recurring: terms.recurring,
        period_months: terms.period_months.into(),
        starts_at: terms.starts_at.map(timestamp),
        ends_at: terms.ends_at.map(timestamp),
        signed_at: contract.reached().signed_at.map(timestamp),
        ended_at: contract.end_of().map(|end| timestamp(end.at)),
        value: Some(value(contract)),
        end_reason: printed(contract.end_of().and_then(|end| end.kind.reason())),
    };
    Event::new(&message, contract.id, contract.revision, now)
}

/// The whole state of a payment.
pub fn payment_recorded(payment: &Payment, now: Timestamp) -> Event {
    let message = announced::PaymentRecorded {
        payment_id: payment.id.to_string(),
        contract_id: payment.contract.to_string(),
        amount: Some(signed(payment)),
        due_at: Some(timestamp(payment.due_at)),
        received_at: payment.received_at().map(timestamp),
        removed: payment.removed_at().is_some(),
    };
    Event::new(&message, payment.id, payment.revision, now)
}

/// An extension or expansion; it never changes.
pub fn contract_grown(growth: &Growth, now: Timestamp) -> Event {
    let message = announced::ContractGrown {
        growth_id: growth.id.to_string(),
        contract_id: growth.contract.to_string(),
        kind: growth.kind.as_str().to_owned(),
        added: Some(types::Money {
            minor: growth.value_added,
            currency: growth.amount_added.currency().to_owned(),
        }),
        deal_id: printed(growth.deal),
        grown_at: Some(timestamp(growth.grown_at)),
    };
    Event::new(&message, growth.id, 1, now)
}

pub fn contract_drafted(contract: &Contract) -> Event {
    let message = announced::ContractDrafted {
        contract_id: contract.id.to_string(),
        deal_id: contract.parties.deal.to_string(),
        lead_id: printed(contract.parties.lead),
        amount: Some(money(&contract.terms.amount)),
    };
    Event::new(
        &message,
        contract.id,
        contract.revision,
        contract.drafted_at,
    )
}

pub fn contract_sent(contract: &Contract, at: Timestamp) -> Event {
    let message = announced::ContractSent {
        contract_id: contract.id.to_string(),
        deal_id: contract.parties.deal.to_string(),
    };
    Event::new(&message, contract.id, contract.revision, at)
}

pub fn contract_signed(contract: &Contract, signed_at: Timestamp, now: Timestamp) -> Event {
    let message = announced::ContractSigned {
        contract_id: contract.id.to_string(),
        deal_id: contract.parties.deal.to_string(),
        lead_id: printed(contract.parties.lead),
        person_id: printed(contract.parties.client.person),
        organisation_id: printed(contract.parties.client.organisation),
        amount: Some(money(&contract.terms.amount)),
        signed_at: Some(timestamp(signed_at)),
    };
    Event::new(&message, contract.id, contract.revision, now)
}

pub fn contract_activated(contract: &Contract, at: Timestamp) -> Event {
    let message = announced::ContractActivated {
        contract_id: contract.id.to_string(),
        deal_id: contract.parties.deal.to_string(),
    };
    Event::new(&message, contract.id, contract.revision, at)
}

pub fn contract_ended(contract: &Contract, end: &End) -> Event {
    let message = announced::ContractEnded {
        contract_id: contract.id.to_string(),
        deal_id: contract.parties.deal.to_string(),
        kind: end.kind.as_str().to_owned(),
        reason: printed(end.kind.reason()),
        ended_at: Some(timestamp(end.at)),
    };
    Event::new(&message, contract.id, contract.revision, end.at)
}

pub fn contract_renewal_due(contract: &Contract, now: Timestamp) -> Event {
    let message = announced::ContractRenewalDue {
        contract_id: contract.id.to_string(),
        person_id: printed(contract.parties.client.person),
        organisation_id: printed(contract.parties.client.organisation),
        title: contract.terms.title.clone(),
        amount: Some(money(&contract.terms.amount)),
        ends_at: contract.terms.ends_at.map(timestamp),
        responsible_id: printed(contract.responsible),
    };
    Event::new(&message, contract.id, contract.revision, now)
}
