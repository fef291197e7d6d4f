use clock::Timestamp;
use futures::future::BoxFuture;
use ids::{DealId, LeadId, ReminderId, StaffId};
use messaging::{Handler, HandlerError, Received, Tx, erased};
use proto::{convert::to_timestamp, deals::v1 as deals, intake::v1 as intake};

use uuid::Uuid;

use super::{id, optional_id};
use crate::{
    app::App,
    domain::{
        name::one_line,
        reminder::{Reminder, State, contact},
    },
    store::reminders,
};

/// What both kinds of event say.
struct Plan<'a> {
    id: Uuid,
    about: String,
    revision: i64,
    at: Option<&'a prost_types::Timestamp>,
    told_at: Timestamp,
    kind: &'a str,
    title: &'a str,
    staff: Option<StaffId>,
}

/// The latest revision counts, so a plan without a time is kept as well: it cancels those before.
async fn plan(tx: &Tx, plan: Plan<'_>) -> Result<(), HandlerError> {
    let time = || HandlerError::refuse("EVENT_TIME_INVALID");
    let due_at = plan
        .at
        .map(|at| to_timestamp(at).ok_or_else(time))
        .transpose()?;
    // Nobody is to be reminded of somebody who was erased.
    let erased = erased::of(tx.connection(), [plan.id]).await?;
    let due_at = due_at.filter(|_| erased.is_empty());
    let reminder = Reminder {
        id: ReminderId::generate(),
        about: plan.about,
        revision: plan.revision,
        kind: contact(plan.kind).to_owned(),
        title: one_line(plan.title),
        staff: plan.staff,
        due_at: due_at.unwrap_or(plan.told_at),
        ends_at: None,
        state: if due_at.is_some() {
            State::Planned
        } else {
            State::Cancelled
        },
        sent_at: None,
        completed_at: None,
    };
    reminders::plan(&**tx, &reminder).await?;
    Ok(())
}

impl Handler<intake::NextContactPlanned> for App {
    fn handle<'a>(
        &'a self,
        tx: &'a Tx,
        event: &'a Received<intake::NextContactPlanned>,
    ) -> BoxFuture<'a, Result<(), HandlerError>> {
        Box::pin(async move {
            let contact = &event.message;
            let lead: LeadId = id(&contact.lead_id)?;
            let planned = Plan {
                id: lead.uuid(),
                about: lead.to_string(),
                revision: event.revision,
                at: contact.next_contact_at.as_ref(),
                told_at: event.at,
                kind: &contact.kind,
                title: &contact.name,
                staff: optional_id(&contact.responsible_id)?,
            };
            plan(tx, planned).await
        })
    }
}

impl Handler<deals::NextContactPlanned> for App {
    fn handle<'a>(
        &'a self,
        tx: &'a Tx,
        event: &'a Received<deals::NextContactPlanned>,
    ) -> BoxFuture<'a, Result<(), HandlerError>> {
        Box::pin(async move {
            let contact = &event.message;
            let deal: DealId = id(&contact.deal_id)?;
            let planned = Plan {
                id: deal.uuid(),
                about: deal.to_string(),
                revision: event.revision,
                at: contact.next_contact_at.as_ref(),
                told_at: event.at,
                kind: &contact.kind,
                title: &contact.title,
                staff: optional_id(&contact.responsible_id)?,
            };
            plan(tx, planned).await
        })
    }
}
