use futures::future::BoxFuture;
use ids::LeadId;
use messaging::{BatchError, BatchHandler, HandlerError, Received, Tx};
use proto::intake::v1::LeadAssigned;

use super::{id, notify_of_leads, optional_id, read_all};
use crate::{
    app::{App, notify_staff::NotifyStaff},
    domain::message::Purpose,
    letters::Facts,
};

/// The new responsible is told, unless it was he who took the lead.
impl BatchHandler<LeadAssigned> for App {
    fn handle_all<'a>(
        &'a self,
        tx: &'a Tx,
        events: &'a [Received<LeadAssigned>],
    ) -> BoxFuture<'a, Result<(), BatchError>> {
        Box::pin(async move { notify_of_leads(self, tx, read_all(events, notice)?).await })
    }
}

fn notice(event: &Received<LeadAssigned>) -> Result<Option<(LeadId, NotifyStaff)>, HandlerError> {
    let assigned = &event.message;
    let Some(staff) = optional_id(&assigned.responsible_id)? else {
        return Ok(None);
    };
    if assigned.assigned_by == assigned.responsible_id {
        return Ok(None);
    }
    let cmd = NotifyStaff {
        staff,
        purpose: Purpose::Assigned,
        about: assigned.lead_id.clone(),
        occurrence: event.revision.to_string(),
        facts: Facts::default(),
        trace: event.trace.clone(),
    };
    Ok(Some((id(&assigned.lead_id)?, cmd)))
}
