use futures::future::BoxFuture;
use messaging::{Handler, HandlerError, Received, Tx};
use proto::intake::v1::LeadQualified;

use super::{id, optional_id};
use crate::{
    app::{
        App,
        record_lead::{RecordLead, record_lead},
    },
    domain::person::Details,
};

/// A positive outcome brings the person into the client base (row L14).
impl Handler<LeadQualified> for App {
    fn handle<'a>(
        &'a self,
        tx: &'a Tx,
        event: &'a Received<LeadQualified>,
    ) -> BoxFuture<'a, Result<(), HandlerError>> {
        Box::pin(async move {
            let lead = &event.message;
            let name = lead.name.clone().unwrap_or_default();
            let organisation = if lead.private_person {
                String::new()
            } else {
                lead.organisation.clone()
            };
            let cmd = RecordLead {
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
            };
            record_lead(self, tx, cmd).await?;
            Ok(())
        })
    }
}
