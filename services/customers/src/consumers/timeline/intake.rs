//! What leads tell. Whose a lead is, the client base knows itself.

use ids::{LeadId, ResponseId};
use messaging::{HandlerError, Received};
use proto::{
    intake::v1::{
        EnquiryAttached, LeadAssigned, LeadCreated, LeadOutcomeRecorded, LeadRefused, LeadReopened,
    },
    types::v1::Source,
};

use super::{Tells, from_source, happened, id, staff};
use crate::domain::timeline::{Entry, Kind, Link, Role, Told};

impl Tells for LeadCreated {
    fn tell(event: &Received<Self>, told: &mut Told) -> Result<(), HandlerError> {
        let it = &event.message;
        let lead: LeadId = id(&it.lead_id)?;
        let about = [it.submission_id.as_str(), it.lead_id.as_str()];
        let at = it.received_at.as_ref();
        let entry = happened(event, Kind::LeadCreated, lead.uuid(), at, &about);
        let entry = from_source(entry, it.source.as_ref())?;
        told.entry(Entry {
            staff: staff(&it.responsible_id)?,
            ..entry
        });
        converted(told, lead, it.source.as_ref())
    }
}

impl Tells for EnquiryAttached {
    fn tell(event: &Received<Self>, told: &mut Told) -> Result<(), HandlerError> {
        let it = &event.message;
        let lead: LeadId = id(&it.lead_id)?;
        let about = [it.submission_id.as_str(), it.lead_id.as_str()];
        let at = it.received_at.as_ref();
        let entry = happened(event, Kind::EnquiryAttached, lead.uuid(), at, &about);
        let entry = from_source(entry, it.source.as_ref())?;
        told.entry(Entry {
            staff: staff(&it.responsible_id)?,
            ..entry
        });
        converted(told, lead, it.source.as_ref())
    }
}

/// A response that became a submission of the lead belongs to it, and its participant with it.
fn converted(told: &mut Told, lead: LeadId, source: Option<&Source>) -> Result<(), HandlerError> {
    let response = source.map_or("", |source| &source.response_id);
    if response.is_empty() {
        return Ok(());
    }
    let response: ResponseId = id(response)?;
    told.link(Link {
        origin: response.uuid(),
        role: Role::Lead,
        // A response is converted once.
        revision: 0,
        child: response.uuid(),
        parent: Some(lead.uuid()),
    });
    Ok(())
}

impl Tells for LeadAssigned {
    fn tell(event: &Received<Self>, told: &mut Told) -> Result<(), HandlerError> {
        let it = &event.message;
        let lead: LeadId = id(&it.lead_id)?;
        let about = [it.responsible_id.as_str(), it.lead_id.as_str()];
        told.entry(Entry {
            staff: staff(&it.assigned_by)?,
            ..happened(event, Kind::LeadAssigned, lead.uuid(), None, &about)
        });
        Ok(())
    }
}

impl Tells for LeadOutcomeRecorded {
    fn tell(event: &Received<Self>, told: &mut Told) -> Result<(), HandlerError> {
        let it = &event.message;
        let lead: LeadId = id(&it.lead_id)?;
        let (at, about) = (it.recorded_at.as_ref(), [it.lead_id.as_str()]);
        told.entry(Entry {
            variant: it.outcome.clone(),
            detail: it.reason.clone(),
            staff: staff(&it.recorded_by)?,
            ..happened(event, Kind::LeadOutcome, lead.uuid(), at, &about)
        });
        Ok(())
    }
}

impl Tells for LeadRefused {
    fn tell(event: &Received<Self>, told: &mut Told) -> Result<(), HandlerError> {
        let it = &event.message;
        let lead: LeadId = id(&it.lead_id)?;
        let (at, about) = (it.refused_at.as_ref(), [it.lead_id.as_str()]);
        told.entry(Entry {
            detail: it.reason.clone(),
            staff: staff(&it.responsible_id)?,
            ..happened(event, Kind::LeadRefused, lead.uuid(), at, &about)
        });
        Ok(())
    }
}

impl Tells for LeadReopened {
    fn tell(event: &Received<Self>, told: &mut Told) -> Result<(), HandlerError> {
        let it = &event.message;
        let lead: LeadId = id(&it.lead_id)?;
        let about = [it.lead_id.as_str()];
        told.entry(Entry {
            detail: it.reason.clone(),
            staff: staff(&it.responsible_id)?,
            ..happened(event, Kind::LeadReopened, lead.uuid(), None, &about)
        });
        Ok(())
    }
}
