use futures::future::BoxFuture;
use messaging::{Handler, HandlerError, Received, Tx};
use proto::intake::v1::LeadRefused;

use super::id;
use crate::{
    app::{
        App,
        write_farewell::{WriteFarewell, write_farewell},
    },
    domain::{locale::Locale, name::Name},
};

/// The farewell letter (rows L17, N2).
impl Handler<LeadRefused> for App {
    fn handle<'a>(
        &'a self,
        tx: &'a Tx,
        event: &'a Received<LeadRefused>,
    ) -> BoxFuture<'a, Result<(), HandlerError>> {
        Box::pin(async move {
            let refused = &event.message;
            let name = refused.name.clone().unwrap_or_default();
            let cmd = WriteFarewell {
                lead: id(&refused.lead_id)?,
                name: Name {
                    full: name.full,
                    given: name.given,
                    family: name.family,
                },
                email: refused.email.trim().to_owned(),
                locale: Locale::of(&refused.locale),
            };
            write_farewell(self, tx, cmd).await?;
            Ok(())
        })
    }
}
