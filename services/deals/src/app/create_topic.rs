//! Creates a topic.

use clock::Timestamp;
use messaging::Tx;

use super::App;
use super::again::again;
use crate::domain::topic::Topic;
use crate::error::Error;
use crate::events;
use crate::store::topics;

/// Creates a topic with its stages. The same id twice returns the topic as it is.
pub async fn create_topic(app: &App, topic: &Topic) -> Result<Topic, Error> {
    again(|| attempt(app, topic)).await
}

async fn attempt(app: &App, topic: &Topic) -> Result<Topic, Error> {
    let tx = app.outbox.begin().await?;
    let now = app.clock.now();
    if let Some(known) = topics::get(tx.connection(), topic.id).await? {
        return Ok(known);
    }
    if topic.is_default {
        give_up_default(&tx, now).await?;
    }
    if !insert(&tx, topic).await? {
        return Err(database::Error::conflict("topic").into());
    }
    tx.publish(events::topic_recorded(topic, now)).await?;
    tx.commit().await?;
    Ok(topic.clone())
}

/// Takes the default from the topic that has it, to be given to another.
pub(super) async fn give_up_default(tx: &Tx, now: Timestamp) -> Result<(), Error> {
    if let Some(topic) = topics::clear_default(tx).await? {
        tx.publish(events::topic_recorded(&topic, now)).await?;
    }
    Ok(())
}

async fn insert(tx: &Tx, topic: &Topic) -> Result<bool, Error> {
    topics::insert(tx, topic)
        .await
        .map_err(|error| refusal(error, topic))
}

/// What a unique index says of a topic.
pub(super) fn refusal(error: database::Error, topic: &Topic) -> Error {
    if error.violates(topics::CODE_KEY) {
        Error::TopicCodeTaken(topic.code.clone())
    } else if error.violates(topics::DEFAULT_KEY) {
        // Somebody else made a default meanwhile; the next attempt takes it away from there.
        database::Error::conflict("default topic").into()
    } else {
        error.into()
    }
}
