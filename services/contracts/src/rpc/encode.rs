//! Values of the domain as their contracts show them.

pub mod churn;
pub mod growth;

use proto::contracts::v1 as shown;
use proto::convert::timestamp;
use proto::types::v1 as types;

use crate::domain::contract::{Contract, State};
use crate::domain::kind::Kind;
use crate::domain::money::Money;
use crate::domain::payment::Payment;
use crate::store::history::Line;
use crate::store::versions::Version;

pub fn money(amount: &Money) -> types::Money {
    types::Money {
        minor: amount.minor(),
        currency: amount.currency().to_owned(),
    }
}

/// What a contract brings in all.
pub fn value(contract: &Contract) -> types::Money {
    types::Money {
        minor: contract.value(),
        currency: contract.terms.amount.currency().to_owned(),
    }
}

/// An id as printed, or nothing.
pub fn printed(id: Option<impl ToString>) -> String {
    id.map(|id| id.to_string()).unwrap_or_default()
}

pub fn contract(contract: &Contract) -> shown::Contract {
    let Contract { terms, parties, .. } = contract;
    let reached = contract.reached();
    let end = contract.end_of();
    shown::Contract {
        contract_id: contract.id.to_string(),
        revision: contract.revision,
        version: contract.version,
        number: contract.number.to_string(),
        state: state(&contract.state).into(),
        title: terms.title.clone(),
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
        renewal_notice_days: terms.renewal_notice_days.into(),
        terms: terms.text.clone(),
        sent_at: reached.sent_at.map(timestamp),
        signed_at: reached.signed_at.map(timestamp),
        activated_at: reached.activated_at.map(timestamp),
        ended_at: end.map(|end| timestamp(end.at)),
        end_kind: printed(end.map(|end| end.kind.as_str())),
        end_reason: printed(end.and_then(|end| end.kind.reason())),
        renews_contract_id: printed(parties.renews()),
        drafted_at: Some(timestamp(contract.drafted_at)),
        kind: kind(parties.kind).into(),
        previous_contract_id: printed(parties.previous),
        value: Some(value(contract)),
        // Said where contracts are shown.
        erased_at: None,
    }
}

fn kind(kind: Kind) -> shown::ContractKind {
    match kind {
        Kind::New => shown::ContractKind::New,
        Kind::Renewal => shown::ContractKind::Renewal,
        Kind::Extension => shown::ContractKind::Extension,
        Kind::Expansion => shown::ContractKind::Expansion,
        Kind::CrossSale => shown::ContractKind::CrossSale,
    }
}

fn state(state: &State) -> shown::ContractState {
    match state {
        State::Draft => shown::ContractState::Draft,
        State::Sent { .. } => shown::ContractState::Sent,
        State::Signed { .. } => shown::ContractState::Signed,
        State::Active { .. } => shown::ContractState::Active,
        State::Ended { .. } => shown::ContractState::Ended,
    }
}

pub fn payment(payment: &Payment) -> shown::Payment {
    shown::Payment {
        payment_id: payment.id.to_string(),
        amount: Some(signed(payment)),
        due_at: Some(timestamp(payment.due_at)),
        received_at: payment.received_at().map(timestamp),
        revision: payment.revision,
        contract_id: payment.contract.to_string(),
        plan_id: printed(payment.plan),
        rest_of_payment_id: printed(payment.rest_of),
        refunds_payment_id: printed(payment.refunds),
        reason: payment.reason.clone(),
        removed_at: payment.removed_at().map(timestamp),
    }
}

/// The amount of a payment, below zero for a refund.
pub fn signed(payment: &Payment) -> types::Money {
    types::Money {
        minor: payment.minor(),
        currency: payment.amount.currency().to_owned(),
    }
}

pub fn line(line: &Line) -> shown::ContractHistoryEntry {
    shown::ContractHistoryEntry {
        at: Some(timestamp(line.at)),
        kind: line.kind.clone(),
        by: printed(line.by),
        version: line.version,
    }
}

pub fn version(version: &Version) -> shown::ContractVersion {
    let terms = &version.terms;
    shown::ContractVersion {
        version: version.version,
        title: terms.title.clone(),
        amount: Some(money(&terms.amount)),
        recurring: terms.recurring,
        period_months: terms.period_months.into(),
        starts_at: terms.starts_at.map(timestamp),
        ends_at: terms.ends_at.map(timestamp),
        renewal_notice_days: terms.renewal_notice_days.into(),
        terms: terms.text.clone(),
        made_at: Some(timestamp(version.made_at)),
        made_by: printed(version.made_by),
    }
}
