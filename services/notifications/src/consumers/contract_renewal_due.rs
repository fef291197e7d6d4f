use futures::future::BoxFuture;
use ids::{ContractId, PersonId, ReminderId};
use messaging::{Handler, HandlerError, Received, Tx, erased};
use proto::{contracts::v1::ContractRenewalDue, convert::to_timestamp};

use super::{id, optional_id};
use crate::{
    app::App,
    domain::{
        name::one_line,
        reminder::{RENEWAL, Reminder, State},
    },
    store::reminders,
};

/// A reminder that is due at once (row A5): it is sent, and can be put off and done like others.
impl Handler<ContractRenewalDue> for App {
    fn handle<'a>(
        &'a self,
        tx: &'a Tx,
        event: &'a Received<ContractRenewalDue>,
    ) -> BoxFuture<'a, Result<(), HandlerError>> {
        Box::pin(async move {
            let due = &event.message;
            let contract: ContractId = id(&due.contract_id)?;
            // Nobody is to be reminded of somebody who was erased.
            let person = optional_id::<PersonId>(&due.person_id)?.map(PersonId::uuid);
            let ids = [contract.uuid()].into_iter().chain(person);
            let erased = erased::of(tx.connection(), ids).await?;
            let ends_at = due.ends_at.as_ref().and_then(to_timestamp);
            let reminder = Reminder {
                id: ReminderId::generate(),
                about: contract.to_string(),
                revision: event.revision,
                kind: RENEWAL.to_owned(),
                title: one_line(&due.title),
                staff: optional_id(&due.responsible_id)?,
                due_at: event.at,
                ends_at: Some(ends_at.ok_or(HandlerError::refuse("EVENT_TIME_INVALID"))?),
                state: if erased.is_empty() {
                    State::Planned
                } else {
                    State::Cancelled
                },
                sent_at: None,
                completed_at: None,
            };
            reminders::plan(&**tx, &reminder).await?;
            Ok(())
        })
    }
}
