use futures::future::BoxFuture;
use messaging::{Handler, HandlerError, Received, Tx};
use proto::intake::v1::EnquiryAttached;

use super::{id, optional_id, source};
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

/// The owner of the card is told.
impl Handler<EnquiryAttached> for App {
    fn handle<'a>(
        &'a self,
        tx: &'a Tx,
        event: &'a Received<EnquiryAttached>,
    ) -> BoxFuture<'a, Result<(), HandlerError>> {
        Box::pin(async move {
            let enquiry = &event.message;
            let Some(staff) = optional_id(&enquiry.responsible_id)? else {
                return Ok(());
            };
            let name = copies::lead_name(&**tx, id(&enquiry.lead_id)?).await?;
            let cmd = NotifyStaff {
                staff,
                purpose: Purpose::Enquiry,
                about: enquiry.lead_id.clone(),
                occurrence: enquiry.submission_id.clone(),
                facts: Facts {
                    title: name.ok_or(Error::LeadUnknown)?,
                    source: source(enquiry.source.as_ref()),
                    ..Facts::default()
                },
            };
            notify_staff(self, tx, cmd).await?;
            Ok(())
        })
    }
}
