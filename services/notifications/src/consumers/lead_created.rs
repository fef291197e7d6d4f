use futures::future::BoxFuture;
use ids::LeadId;
use messaging::{Handler, HandlerError, Received, Tx};
use proto::intake::v1::LeadCreated;

use super::{id, optional_id, source};
use crate::{
    app::{
        App,
        notify_staff::{NotifyStaff, notify_staff},
    },
    domain::{message::Purpose, name::one_line},
    letters::Facts,
    store::copies,
};

/// The responsible is told at once (row N8). A lead in the queue has none yet.
impl Handler<LeadCreated> for App {
    fn handle<'a>(
        &'a self,
        tx: &'a Tx,
        event: &'a Received<LeadCreated>,
    ) -> BoxFuture<'a, Result<(), HandlerError>> {
        Box::pin(async move {
            let lead = &event.message;
            let lead_id: LeadId = id(&lead.lead_id)?;
            let title = title(lead);
            copies::save_lead(&**tx, lead_id, event.revision, &title).await?;
            let Some(staff) = optional_id(&lead.responsible_id)? else {
                return Ok(());
            };
            let cmd = NotifyStaff {
                staff,
                purpose: Purpose::NewLead,
                about: lead.lead_id.clone(),
                occurrence: "created".to_owned(),
                facts: Facts {
                    title,
                    source: source(lead.source.as_ref()),
                    ..Facts::default()
                },
            };
            notify_staff(self, tx, cmd).await?;
            Ok(())
        })
    }
}

/// The name, or whatever else tells the lead apart for people.
fn title(lead: &LeadCreated) -> String {
    let name = lead.name.clone().unwrap_or_default();
    let parts = format!("{} {}", name.given, name.family);
    let contact = lead.emails.first().or(lead.phones.first());
    [
        &name.full,
        &parts,
        &lead.organisation,
        contact.unwrap_or(&lead.lead_id),
    ]
    .into_iter()
    .map(|text| one_line(text))
    .find(|text| !text.is_empty())
    .unwrap_or_default()
}
