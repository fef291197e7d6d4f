//! All that contracts announces.

use clock::Timestamp;
use messaging::Event;
use proto::contracts::v1 as announced;
use proto::convert::timestamp;

use crate::domain::contract::{Contract, End};
use crate::rpc::encode::{money, printed};

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
        person_id: printed(contract.parties.person),
        organisation_id: printed(contract.parties.organisation),
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
        person_id: printed(contract.parties.person),
        organisation_id: printed(contract.parties.organisation),
        title: contract.terms.title.clone(),
        amount: Some(money(&contract.terms.amount)),
        ends_at: contract.terms.ends_at.map(timestamp),
        responsible_id: printed(contract.responsible),
    };
    Event::new(&message, contract.id, contract.revision, now)
}
