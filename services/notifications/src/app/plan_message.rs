use ids::MessageId;
use messaging::Tx;

use super::App;
use crate::{
    domain::{
        locale::Locale,
        message::{Purpose, State},
    },
    error::Error,
    letters::Facts,
    mail, store,
};

pub(crate) struct PlanMessage {
    pub purpose: Purpose,
    /// Printed id of the lead, deal or contract.
    pub about: String,
    pub occurrence: String,
    pub recipient: String,
    pub recipient_name: String,
    pub locale: Locale,
    pub facts: Facts,
}

/// Writes a message and queues it. The same one to the same recipient twice changes nothing.
pub(crate) async fn plan_message(app: &App, tx: &Tx, cmd: PlanMessage) -> Result<bool, Error> {
    let now = app.clock.now();
    let id = MessageId::generate();
    let facts = Facts {
        sender: app.settings.sender.clone(),
        ..cmd.facts
    };
    let letter = app.letters.render(cmd.purpose, cmd.locale, &facts)?;
    let planned = store::messages::Planned {
        id,
        purpose: cmd.purpose,
        about: cmd.about,
        occurrence: cmd.occurrence,
        recipient: cmd.recipient,
        recipient_name: cmd.recipient_name,
        locale: cmd.locale,
        subject: letter.subject,
        text: letter.text,
        html: letter.html,
        header_id: mail::message_id(id, &app.settings.from),
        traceparent: telemetry::context::current(),
        now,
        give_up_at: app.give_up_at(now),
    };
    let new = store::messages::insert(&**tx, planned).await?;
    if new {
        app.metrics.became(cmd.purpose, State::Queued);
        app.wake.planned();
    }
    Ok(new)
}
