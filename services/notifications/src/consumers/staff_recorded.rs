use futures::future::BoxFuture;
use messaging::{Handler, HandlerError, Received, Tx};
use proto::gateway::v1::StaffRecorded;

use super::id;
use crate::{
    app::App,
    domain::locale::Locale,
    store::copies::{self, Staff},
};

impl Handler<StaffRecorded> for App {
    fn handle<'a>(
        &'a self,
        tx: &'a Tx,
        event: &'a Received<StaffRecorded>,
    ) -> BoxFuture<'a, Result<(), HandlerError>> {
        Box::pin(async move {
            let recorded = &event.message;
            let staff = Staff {
                id: id(&recorded.staff_id)?,
                name: recorded.name.clone(),
                email: recorded.email.clone(),
                locale: Locale::of(&recorded.locale),
                active: recorded.active,
            };
            copies::save_staff(&**tx, &staff, event.revision).await?;
            Ok(())
        })
    }
}
