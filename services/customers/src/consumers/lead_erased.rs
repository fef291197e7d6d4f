use futures::future::BoxFuture;
use messaging::{Handler, HandlerError, Received, Tx};
use proto::{convert::to_timestamp, intake::v1::LeadErased};

use super::id;
use crate::app::{App, erase_person::erase_lead};

/// Deals of the lead lose their titles here, whether or not the lead is linked.
impl Handler<LeadErased> for App {
    fn handle<'a>(
        &'a self,
        tx: &'a Tx,
        event: &'a Received<LeadErased>,
    ) -> BoxFuture<'a, Result<(), HandlerError>> {
        Box::pin(async move {
            let lead = id(&event.message.lead_id)?;
            let at = event.message.erased_at.as_ref().and_then(to_timestamp);
            Ok(erase_lead(tx, lead, at.unwrap_or(event.at)).await?)
        })
    }
}
