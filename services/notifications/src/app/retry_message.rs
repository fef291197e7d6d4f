use ids::MessageId;

use super::App;
use crate::{domain::message::Message, error::Error, store};

/// Queues a rejected or unknown message again, under the same Message-ID.
pub(crate) async fn retry_message(app: &App, id: MessageId) -> Result<Message, Error> {
    let tx = app.outbox.begin().await?;
    let found = store::messages::find(&*tx, id).await?;
    let mut message = found.ok_or(Error::MessageNotFound(id))?;
    let (seen, now) = (message.revision, app.clock.now());
    if message.retry(now, app.give_up_at(now))? {
        store::messages::requeue(&*tx, &message, seen).await?;
        tx.commit().await?;
        app.metrics.became(message.purpose, message.state);
        app.wake.planned([id]);
    }
    Ok(message)
}
