//! What contracts tell.

use ids::{ContractId, DealId, GrowthId, LeadId, PaymentId, PersonId};
use messaging::{HandlerError, Received};
use proto::contracts::v1::{
    ContractActivated, ContractDrafted, ContractEnded, ContractGrown, ContractRecorded,
    ContractSent, ContractSigned, PaymentRecorded,
};
use uuid::Uuid;

use super::{Tells, belongs, belongs_now, happened, id, money, stands};
use crate::domain::timeline::{Entry, Kind, Role, Told};

fn contract(text: &str) -> Result<Uuid, HandlerError> {
    id(text).map(ContractId::uuid)
}

impl Tells for ContractDrafted {
    fn tell(event: &Received<Self>, told: &mut Told) -> Result<(), HandlerError> {
        let it = &event.message;
        let contract = contract(&it.contract_id)?;
        let about = [it.contract_id.as_str()];
        told.entry(Entry {
            amount: money(it.amount.as_ref()),
            ..happened(event, Kind::ContractDrafted, contract, None, &about)
        });
        belongs(told, event, contract, Role::Deal, &it.deal_id, DealId::uuid)?;
        belongs(told, event, contract, Role::Lead, &it.lead_id, LeadId::uuid)
    }
}

impl Tells for ContractRecorded {
    fn tell(event: &Received<Self>, told: &mut Told) -> Result<(), HandlerError> {
        let it = &event.message;
        let contract = contract(&it.contract_id)?;
        belongs_now(told, event, contract, Role::Deal, &it.deal_id, DealId::uuid)?;
        belongs_now(told, event, contract, Role::Lead, &it.lead_id, LeadId::uuid)?;
        let (role, person) = (Role::Person, &it.person_id);
        belongs_now(told, event, contract, role, person, PersonId::uuid)
    }
}

impl Tells for ContractSent {
    fn tell(event: &Received<Self>, told: &mut Told) -> Result<(), HandlerError> {
        let it = &event.message;
        let contract = contract(&it.contract_id)?;
        let about = [it.contract_id.as_str()];
        told.entry(happened(event, Kind::ContractSent, contract, None, &about));
        belongs(told, event, contract, Role::Deal, &it.deal_id, DealId::uuid)
    }
}

impl Tells for ContractSigned {
    fn tell(event: &Received<Self>, told: &mut Told) -> Result<(), HandlerError> {
        let it = &event.message;
        let (contract, at) = (contract(&it.contract_id)?, it.signed_at.as_ref());
        told.entry(Entry {
            amount: money(it.amount.as_ref()),
            ..happened(
                event,
                Kind::ContractSigned,
                contract,
                at,
                &[&it.contract_id],
            )
        });
        belongs(told, event, contract, Role::Deal, &it.deal_id, DealId::uuid)?;
        belongs(told, event, contract, Role::Lead, &it.lead_id, LeadId::uuid)?;
        let (role, person) = (Role::Person, &it.person_id);
        belongs(told, event, contract, role, person, PersonId::uuid)
    }
}

impl Tells for ContractActivated {
    fn tell(event: &Received<Self>, told: &mut Told) -> Result<(), HandlerError> {
        let it = &event.message;
        let (contract, kind) = (contract(&it.contract_id)?, Kind::ContractActivated);
        told.entry(happened(event, kind, contract, None, &[&it.contract_id]));
        belongs(told, event, contract, Role::Deal, &it.deal_id, DealId::uuid)
    }
}

impl Tells for ContractEnded {
    fn tell(event: &Received<Self>, told: &mut Told) -> Result<(), HandlerError> {
        let it = &event.message;
        let (contract, at) = (contract(&it.contract_id)?, it.ended_at.as_ref());
        told.entry(Entry {
            variant: it.kind.clone(),
            detail: it.reason.clone(),
            ..happened(event, Kind::ContractEnded, contract, at, &[&it.contract_id])
        });
        belongs(told, event, contract, Role::Deal, &it.deal_id, DealId::uuid)
    }
}

impl Tells for ContractGrown {
    fn tell(event: &Received<Self>, told: &mut Told) -> Result<(), HandlerError> {
        let it = &event.message;
        let growth: GrowthId = id(&it.growth_id)?;
        let entry = stands(
            event,
            growth.uuid(),
            Kind::ContractGrown,
            contract(&it.contract_id)?,
            it.grown_at.as_ref(),
            &[&it.growth_id, &it.deal_id, &it.contract_id],
        );
        told.entry(Entry {
            variant: it.kind.clone(),
            amount: money(it.added.as_ref()),
            ..entry
        });
        Ok(())
    }
}

impl Tells for PaymentRecorded {
    fn tell(event: &Received<Self>, told: &mut Told) -> Result<(), HandlerError> {
        let it = &event.message;
        let payment: PaymentId = id(&it.payment_id)?;
        let entry = stands(
            event,
            payment.uuid(),
            Kind::PaymentReceived,
            contract(&it.contract_id)?,
            it.received_at.as_ref(),
            &[&it.payment_id, &it.contract_id],
        );
        let refund = it.amount.as_ref().is_some_and(|amount| amount.minor < 0);
        told.entry(Entry {
            shown: it.received_at.is_some() && !it.removed,
            variant: if refund { "refund" } else { "" }.to_owned(),
            amount: money(it.amount.as_ref()),
            ..entry
        });
        Ok(())
    }
}
