use futures::future::BoxFuture;
use ids::PersonId;
use messaging::{BatchError, BatchHandler, HandlerError, Received, Tx};
use proto::intake::v1::LeadCreated;

use super::{id, optional_id, read_all};
use crate::{
    app::{
        App,
        record_leads::{RecordLead, record_leads},
    },
    domain::{person::Details, text::is_name},
};

/// A lead of an organisation enters the client base at once; a private person's waits (row L15).
impl BatchHandler<LeadCreated> for App {
    fn handle_all<'a>(
        &'a self,
        tx: &'a Tx,
        events: &'a [Received<LeadCreated>],
    ) -> BoxFuture<'a, Result<(), BatchError>> {
        Box::pin(async move {
            if !self.settings.record_organisation_leads {
                return Ok(());
            }
            let cmds = read_all(events, cmd)?;
            Ok(record_leads(self, tx, cmds).await?)
        })
    }
}

fn cmd(event: &Received<LeadCreated>) -> Result<Option<RecordLead>, HandlerError> {
    let lead = &event.message;
    if lead.private_person || !is_name(&lead.organisation) {
        return Ok(None);
    }
    let name = lead.name.clone().unwrap_or_default();
    Ok(Some(RecordLead {
        lead: id(&lead.lead_id)?,
        person: PersonId::generate(),
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
        organisation: lead.organisation.clone(),
        trace: event.trace.clone(),
    }))
}
