//! Contracts and what is paid on them.

use clock::Timestamp;
use proto::contracts::v1::{
    ContractActivated, ContractEnded, ContractGrown, ContractRecorded, ContractSigned,
    PaymentRecorded,
};
use rpc::decode::Fields;

use super::Kept;
use super::fields::{money, time, time_or};
use crate::domain::fact::What;

impl Kept for ContractSigned {
    const KIND: i16 = 90;

    fn kept(self) -> Self {
        Self {
            contract_id: self.contract_id,
            deal_id: self.deal_id,
            lead_id: self.lead_id,
            person_id: self.person_id,
            amount: self.amount,
            signed_at: self.signed_at,
            ..Self::default()
        }
    }

    fn what(&self, fields: &mut Fields, at: Timestamp) -> Option<What> {
        let contract = fields.parse("contract_id", &self.contract_id);
        let deal = fields.parse("deal_id", &self.deal_id);
        let lead = fields.parse_optional("lead_id", &self.lead_id);
        let person = fields.parse_optional("person_id", &self.person_id);
        let amount = money(fields, "amount", self.amount.as_ref());
        let signed_at = time_or(fields, "signed_at", self.signed_at.as_ref(), at);
        Some(What::ContractSigned {
            contract: contract?,
            deal: deal?,
            lead: lead?,
            person: person?,
            amount: amount?,
            signed_at: signed_at?,
        })
    }
}

impl Kept for ContractActivated {
    const KIND: i16 = 91;

    fn kept(self) -> Self {
        Self {
            contract_id: self.contract_id,
            ..Self::default()
        }
    }

    fn what(&self, fields: &mut Fields, _: Timestamp) -> Option<What> {
        let contract = fields.parse("contract_id", &self.contract_id);
        Some(What::ContractActivated {
            contract: contract?,
        })
    }
}

impl Kept for ContractEnded {
    const KIND: i16 = 92;

    fn kept(self) -> Self {
        Self {
            contract_id: self.contract_id,
            kind: self.kind,
            reason: self.reason,
            ended_at: self.ended_at,
            ..Self::default()
        }
    }

    fn what(&self, fields: &mut Fields, at: Timestamp) -> Option<What> {
        let contract = fields.parse("contract_id", &self.contract_id);
        let ended_at = time_or(fields, "ended_at", self.ended_at.as_ref(), at);
        Some(What::ContractEnded {
            contract: contract?,
            kind: self.kind.clone(),
            reason: self.reason.clone(),
            ended_at: ended_at?,
        })
    }
}

impl Kept for ContractRecorded {
    const KIND: i16 = 93;

    fn kept(self) -> Self {
        Self {
            contract_id: self.contract_id,
            number: self.number,
            state: self.state,
            kind: self.kind,
            previous_contract_id: self.previous_contract_id,
            deal_id: self.deal_id,
            lead_id: self.lead_id,
            person_id: self.person_id,
            responsible_id: self.responsible_id,
            value: self.value,
            starts_at: self.starts_at,
            ends_at: self.ends_at,
            signed_at: self.signed_at,
            ended_at: self.ended_at,
            ..Self::default()
        }
    }

    fn what(&self, fields: &mut Fields, _: Timestamp) -> Option<What> {
        let contract = fields.parse("contract_id", &self.contract_id);
        let previous = fields.parse_optional("previous_contract_id", &self.previous_contract_id);
        let deal = fields.parse("deal_id", &self.deal_id);
        let lead = fields.parse_optional("lead_id", &self.lead_id);
        let person = fields.parse_optional("person_id", &self.person_id);
        let responsible = fields.parse_optional("responsible_id", &self.responsible_id);
        let value = money(fields, "value", self.value.as_ref());
        let starts_at = time(fields, "starts_at", self.starts_at.as_ref());
        let ends_at = time(fields, "ends_at", self.ends_at.as_ref());
        let signed_at = time(fields, "signed_at", self.signed_at.as_ref());
        let ended_at = time(fields, "ended_at", self.ended_at.as_ref());
        Some(What::ContractRecorded {
            contract: contract?,
            number: self.number.clone(),
            state: self.state.clone(),
            kind: self.kind.clone(),
            previous: previous?,
            deal: deal?,
            lead: lead?,
            person: person?,
            responsible: responsible?,
            value: value?,
            starts_at: starts_at?,
            ends_at: ends_at?,
            signed_at: signed_at?,
            ended_at: ended_at?,
        })
    }
}

impl Kept for ContractGrown {
    const KIND: i16 = 94;

    fn kept(self) -> Self {
        Self {
            growth_id: self.growth_id,
            contract_id: self.contract_id,
            kind: self.kind,
            added: self.added,
            grown_at: self.grown_at,
            ..Self::default()
        }
    }

    fn what(&self, fields: &mut Fields, at: Timestamp) -> Option<What> {
        let growth = fields.parse("growth_id", &self.growth_id);
        let contract = fields.parse("contract_id", &self.contract_id);
        let added = money(fields, "added", self.added.as_ref());
        let grown_at = time_or(fields, "grown_at", self.grown_at.as_ref(), at);
        Some(What::ContractGrown {
            growth: growth?,
            contract: contract?,
            kind: self.kind.clone(),
            added: added?,
            grown_at: grown_at?,
        })
    }
}

impl Kept for PaymentRecorded {
    const KIND: i16 = 95;

    fn kept(self) -> Self {
        Self {
            payment_id: self.payment_id,
            contract_id: self.contract_id,
            amount: self.amount,
            due_at: self.due_at,
            received_at: self.received_at,
            removed: self.removed,
        }
    }

    fn what(&self, fields: &mut Fields, _: Timestamp) -> Option<What> {
        let payment = fields.parse("payment_id", &self.payment_id);
        let contract = fields.parse("contract_id", &self.contract_id);
        let amount = money(fields, "amount", self.amount.as_ref());
        let due_at = time(fields, "due_at", self.due_at.as_ref());
        let received_at = time(fields, "received_at", self.received_at.as_ref());
        Some(What::PaymentRecorded {
            payment: payment?,
            contract: contract?,
            amount: amount?,
            due_at: due_at?,
            received_at: received_at?,
            removed: self.removed,
        })
    }
}
