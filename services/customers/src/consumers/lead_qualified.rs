use futures::future::BoxFuture;
use messaging::{BatchError, BatchHandler, HandlerError, Received, Tx};
use proto::intake::v1::LeadQualified;

use super::{id, optional_id, read_all};
use crate::{
    app::{
        App,
        record_leads::{RecordLead, record_leads},
    },
    domain::person::Details,
};

/// A positive outcome brings the person into the client base (row L14).
impl BatchHandler<LeadQualified> for App {
    fn handle_all<'a>(
        &'a self,
        tx: &'a Tx,
        events: &'a [Received<LeadQualified>],
    ) -> BoxFuture<'a, Result<(), BatchError>> {
        Box::pin(async move {
            let cmds = read_all(events, |event| cmd(event).map(Some))?;
            Ok(record_leads(self, tx, cmds).await?)
        })
    }
}

fn cmd(event: &Received<LeadQualified>) -> Result<RecordLead, HandlerError> {
    let lead = &event.message;
    let name = lead.name.clone().unwrap_or_default();
    let organisation = if lead.private_person {
        String::new()
    } else {
        lead.organisation.clone()
    };
    Ok(RecordLead {
        lead: id(&lead.lead_id)?,
        person: id(&lead.person_id)?,
        details: Details {
            full_name: name.full,
            given_name: name.given,
            family_name: name.family,
            emails: lead.emails.clone(),
            phones: lead.phones.clone(),
            locale: lead.locale.clone(),
            responsible: optional_id(&lead.responsible_id)?,
            ..Details::default()
        },
        organisation,
        trace: event.trace.clone(),
    })
}
