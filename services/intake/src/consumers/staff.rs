//! Who works here.

use futures::future::BoxFuture;
use messaging::{Handler, HandlerError, Received, Tx};
use proto::gateway::v1::StaffRecorded;

use super::id;
use crate::{app::App, store::staff};

impl Handler<StaffRecorded> for App {
    fn handle<'a>(
        &'a self,
        tx: &'a Tx,
        event: &'a Received<StaffRecorded>,
    ) -> BoxFuture<'a, Result<(), HandlerError>> {
        Box::pin(async move {
            let StaffRecorded {
                staff_id,
                name,
                roles,
                active,
                ..
            } = &event.message;
            let agent = roles.iter().any(|role| role == "agent");
            staff::record(
                tx.connection(),
                id(staff_id)?,
                event.revision,
                name,
                agent,
                *active,
            )
            .await?;
            Ok(())
        })
    }
}
