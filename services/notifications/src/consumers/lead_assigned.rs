use futures::future::BoxFuture;
use messaging::{Handler, HandlerError, Received, Tx};
use proto::intake::v1::LeadAssigned;

use super::{id, optional_id};
use crate::{
    app::{
        App,
        notify_staff::{NotifyStaff, notify_staff},
    },
    domain::message::Purpose,
    error::Error,
    letters::Facts,
    store::copies,
};

/// The new responsible is told, unless it was he who took the lead.
impl Handler<LeadAssigned> for App {
    fn handle<'a>(
        &'a self,
        tx: &'a Tx,
        event: &'a Received<LeadAssigned>,
    ) -> BoxFuture<'a, Result<(), HandlerError>> {
        Box::pin(async move {
            let assigned = &event.message;
            let Some(staff) = optional_id(&assigned.responsible_id)? else {
                return Ok(());
            };
            if assigned.assigned_by == assigned.responsible_id {
                return Ok(());
            }
            let name = copies::lead_name(&**tx, id(&assigned.lead_id)?).await?;
            let cmd = NotifyStaff {
                staff,
                purpose: Purpose::Assigned,
                about: assigned.lead_id.clone(),
                occurrence: event.revision.to_string(),
                facts: Facts {
                    title: name.ok_or(Error::LeadUnknown)?,
                    ..Facts::default()
                },
            };
            notify_staff(self, tx, cmd).await?;
            Ok(())
        })
    }
}
