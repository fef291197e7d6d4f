use ids::MessageId;
use messaging::Tx;

use super::App;
use crate::{
    domain::{
        locale::Locale,
        message::{Purpose, State},
    },
    error::Error,
    letters::{Facts, LAYOUT},
    mail,
    store::messages::{self, Planned},
};

pub(crate) struct PlanMessage {
    pub purpose: Purpose,
    /// Printed id of the lead, deal or contract.
    pub about: String,
    pub occurrence: String,
    pub recipient: String,
    pub locale: Locale,
    pub facts: Facts,
    /// The trace of what it tells of.
    pub trace: Option<String>,
}

/// Writes the text of a message, to the name and of the facts given.
pub(crate) fn write_message(app: &App, cmd: PlanMessage) -> Result<Planned, Error> {
    let now = app.clock.now();
    let id = MessageId::generate();
    let facts = Facts {
        sender: app.settings.sender.clone(),
        ..cmd.facts
    };
    let letter = app.letters.write(cmd.purpose, cmd.locale, &facts)?;
    Ok(Planned {
        id,
        purpose: cmd.purpose,
        about: cmd.about,
        occurrence: cmd.occurrence,
        recipient: cmd.recipient,
        recipient_name: facts.name,
        locale: cmd.locale,
        subject: letter.subject,
        text: letter.text,
        layout: LAYOUT,
        header_id: mail::message_id(id, &app.settings.from),
        traceparent: cmd.trace,
        now,
        give_up_at: app.give_up_at(now),
    })
}

/// Queues messages. The same one to the same recipient twice changes nothing.
pub(crate) async fn plan_messages(app: &App, tx: &Tx, planned: Vec<Planned>) -> Result<(), Error> {
    let purposes: Vec<(MessageId, Purpose)> =
        planned.iter().map(|one| (one.id, one.purpose)).collect();
    let new = messages::insert(&**tx, planned).await?;
    for (_, purpose) in purposes.iter().filter(|(id, _)| new.contains(id)) {
        app.metrics.became(*purpose, State::Queued);
    }
    if !new.is_empty() {
        app.wake.planned(new);
    }
    Ok(())
}
