//! What deals tell.

use ids::{DealId, LeadId, OfferId, PersonId};
use messaging::{HandlerError, Received};
use proto::deals::v1::{
    DealActivityCompleted, DealLost, DealOpened, DealRecorded, DealStageChanged, DealWon,
    OfferRecorded,
};
use uuid::Uuid;

use super::{Tells, belongs, belongs_now, from_source, happened, id, money, staff, stands};
use crate::domain::timeline::{Entry, Kind, Role, Told};

fn deal(text: &str) -> Result<Uuid, HandlerError> {
    id(text).map(DealId::uuid)
}

impl Tells for DealOpened {
    fn tell(event: &Received<Self>, told: &mut Told) -> Result<(), HandlerError> {
        let it = &event.message;
        let deal = deal(&it.deal_id)?;
        let entry = happened(event, Kind::DealOpened, deal, None, &[&it.deal_id]);
        let entry = from_source(entry, it.source.as_ref())?;
        told.entry(Entry {
            variant: it.origin.clone(),
            amount: money(it.amount.as_ref()),
            staff: staff(&it.responsible_id)?,
            ..entry
        });
        belongs(told, event, deal, Role::Lead, &it.lead_id, LeadId::uuid)?;
        let (role, person) = (Role::Person, &it.person_id);
        belongs(told, event, deal, role, person, PersonId::uuid)
    }
}

impl Tells for DealRecorded {
    fn tell(event: &Received<Self>, told: &mut Told) -> Result<(), HandlerError> {
        let it = &event.message;
        let deal = deal(&it.deal_id)?;
        belongs_now(told, event, deal, Role::Lead, &it.lead_id, LeadId::uuid)?;
        let (role, person) = (Role::Person, &it.person_id);
        belongs_now(told, event, deal, role, person, PersonId::uuid)
    }
}

impl Tells for DealStageChanged {
    fn tell(event: &Received<Self>, told: &mut Told) -> Result<(), HandlerError> {
        let it = &event.message;
        let (deal, at) = (deal(&it.deal_id)?, it.changed_at.as_ref());
        told.entry(Entry {
            detail: it.to_stage.clone(),
            ..happened(event, Kind::DealStageChanged, deal, at, &[&it.deal_id])
        });
        belongs(told, event, deal, Role::Lead, &it.lead_id, LeadId::uuid)
    }
}

impl Tells for DealActivityCompleted {
    fn tell(event: &Received<Self>, told: &mut Told) -> Result<(), HandlerError> {
        let it = &event.message;
        let (deal, at) = (deal(&it.deal_id)?, it.completed_at.as_ref());
        let about = [it.activity_id.as_str(), it.deal_id.as_str()];
        told.entry(Entry {
            variant: it.kind.clone(),
            staff: staff(&it.responsible_id)?,
            ..happened(event, Kind::DealActivityCompleted, deal, at, &about)
        });
        Ok(())
    }
}

impl Tells for OfferRecorded {
    fn tell(event: &Received<Self>, told: &mut Told) -> Result<(), HandlerError> {
        let it = &event.message;
        let offer: OfferId = id(&it.offer_id)?;
        let entry = stands(
            event,
            offer.uuid(),
            Kind::OfferSent,
            deal(&it.deal_id)?,
            it.sent_at.as_ref(),
            &[&it.offer_id, &it.deal_id],
        );
        told.entry(Entry {
            shown: it.sent_at.is_some(),
            variant: it.state.clone(),
            amount: money(it.amount.as_ref()),
            ..entry
        });
        Ok(())
    }
}

impl Tells for DealWon {
    fn tell(event: &Received<Self>, told: &mut Told) -> Result<(), HandlerError> {
        let it = &event.message;
        let (deal, at) = (deal(&it.deal_id)?, it.won_at.as_ref());
        told.entry(Entry {
            amount: money(it.amount.as_ref()),
            staff: staff(&it.responsible_id)?,
            ..happened(event, Kind::DealWon, deal, at, &[&it.deal_id])
        });
        belongs(told, event, deal, Role::Lead, &it.lead_id, LeadId::uuid)?;
        let (role, person) = (Role::Person, &it.person_id);
        belongs(told, event, deal, role, person, PersonId::uuid)
    }
}

impl Tells for DealLost {
    fn tell(event: &Received<Self>, told: &mut Told) -> Result<(), HandlerError> {
        let it = &event.message;
        let (deal, at) = (deal(&it.deal_id)?, it.lost_at.as_ref());
        told.entry(Entry {
            detail: it.reason.clone(),
            amount: money(it.amount.as_ref()),
            ..happened(event, Kind::DealLost, deal, at, &[&it.deal_id])
        });
        belongs(told, event, deal, Role::Lead, &it.lead_id, LeadId::uuid)
    }
}
