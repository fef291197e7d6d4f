use futures::future::BoxFuture;
use ids::PersonId;
use messaging::{Handler, HandlerError, Received, Tx};
use proto::intake::v1::LeadCreated;

use super::{id, optional_id};
use crate::{
    app::{
        App,
        record_lead::{RecordLead, record_lead},
    },
    domain::{person::Details, text::is_name},
};

/// A lead of an organisation enters the client base at once; a private person's waits (row L15).
impl Handler<LeadCreated> for App {
    fn handle<'a>(
        &'a self,
        tx: &'a Tx,
        event: &'a Received<LeadCreated>,
    ) -> BoxFuture<'a, Result<(), HandlerError>> {
        Box::pin(async move {
            let lead = &event.message;
            let waits = lead.private_person || !is_name(&lead.organisation);
            if waits || !self.settings.record_organisation_leads {
                return Ok(());
            }
            let name = lead.name.clone().unwrap_or_default();
            let cmd = RecordLead {
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
            };
            record_lead(self, tx, cmd).await?;
            Ok(())
        })
    }
}
