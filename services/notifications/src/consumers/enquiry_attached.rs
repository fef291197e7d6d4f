use futures::future::BoxFuture;
use ids::LeadId;
use messaging::{BatchError, BatchHandler, HandlerError, Received, Tx};
use proto::intake::v1::EnquiryAttached;

use super::{id, notify_of_leads, optional_id, read_all, source};
use crate::{
    app::{App, notify_staff::NotifyStaff},
    domain::message::Purpose,
    letters::Facts,
};

/// The owner of the card is told.
impl BatchHandler<EnquiryAttached> for App {
    fn handle_all<'a>(
        &'a self,
        tx: &'a Tx,
        events: &'a [Received<EnquiryAttached>],
    ) -> BoxFuture<'a, Result<(), BatchError>> {
        Box::pin(async move { notify_of_leads(self, tx, read_all(events, notice)?).await })
    }
}

fn notice(
    event: &Received<EnquiryAttached>,
) -> Result<Option<(LeadId, NotifyStaff)>, HandlerError> {
    let enquiry = &event.message;
    let Some(staff) = optional_id(&enquiry.responsible_id)? else {
        return Ok(None);
    };
    let cmd = NotifyStaff {
        staff,
        purpose: Purpose::Enquiry,
        about: enquiry.lead_id.clone(),
        occurrence: enquiry.submission_id.clone(),
        facts: Facts {
            source: source(enquiry.source.as_ref()),
            ..Facts::default()
        },
        trace: event.trace.clone(),
    };
    Ok(Some((id(&enquiry.lead_id)?, cmd)))
}
