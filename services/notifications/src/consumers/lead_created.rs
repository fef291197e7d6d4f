use futures::future::BoxFuture;
use messaging::{BatchError, BatchHandler, HandlerError, Received, Tx};
use proto::intake::v1::LeadCreated;

use super::{id, optional_id, read_all, source};
use crate::{
    app::{
        App,
        notify_staff::{NotifyStaff, notify_staff},
    },
    domain::{message::Purpose, name::one_line},
    letters::Facts,
    store::copies::{self, Lead},
};

/// The responsible is told at once (row N8). A lead in the queue has none yet.
impl BatchHandler<LeadCreated> for App {
    fn handle_all<'a>(
        &'a self,
        tx: &'a Tx,
        events: &'a [Received<LeadCreated>],
    ) -> BoxFuture<'a, Result<(), BatchError>> {
        Box::pin(async move {
            let leads = read_all(events, lead)?;
            let notices = read_all(events, notice)?;
            copies::save_leads(&**tx, &leads).await?;
            let notices = notices.into_iter().zip(leads).enumerate();
            let notices = notices.filter_map(|(place, (notice, lead))| {
                let mut cmd = notice?;
                cmd.facts.title = lead.name;
                Some((place, cmd))
            });
            notify_staff(self, tx, notices.collect()).await
        })
    }
}

fn lead(event: &Received<LeadCreated>) -> Result<Lead, HandlerError> {
    Ok(Lead {
        id: id(&event.message.lead_id)?,
        revision: event.revision,
        name: title(&event.message),
    })
}

fn notice(event: &Received<LeadCreated>) -> Result<Option<NotifyStaff>, HandlerError> {
    let lead = &event.message;
    let staff = optional_id(&lead.responsible_id)?;
    Ok(staff.map(|staff| NotifyStaff {
        staff,
        purpose: Purpose::NewLead,
        about: lead.lead_id.clone(),
        occurrence: "created".to_owned(),
        facts: Facts {
            source: source(lead.source.as_ref()),
            ..Facts::default()
        },
        trace: event.trace.clone(),
    }))
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
