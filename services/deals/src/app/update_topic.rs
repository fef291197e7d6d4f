//! Changes a topic.

use super::App;
use super::again::again;
use super::create_topic::{give_up_default, refusal};
use crate::domain::topic::Topic;
use crate::error::Error;
use crate::events;
use crate::store::topics;

/// Replaces a topic as a whole; `revision` 0 overwrites whatever is there.
///
/// A topic that is so already is left alone. A stage that has deals, open or closed, has to stay.
pub async fn update_topic(app: &App, topic: &Topic) -> Result<Topic, Error> {
    again(|| attempt(app, topic)).await
}

async fn attempt(app: &App, topic: &Topic) -> Result<Topic, Error> {
    let tx = app.outbox.begin().await?;
    let now = app.clock.now();
    let known = topics::lock(&tx, topic.id)
        .await?
        .ok_or(Error::TopicNotFound(topic.id))?;
    if topic.revision != 0 && topic.revision != known.revision {
        return Err(Error::RevisionConflict(topic.revision));
    }
    if known.is_default && !topic.is_default {
        return Err(Error::DefaultTopicNeeded);
    }
    let mut changed = Topic {
        revision: known.revision,
        ..topic.clone()
    };
    if changed == known {
        return Ok(known);
    }
    if changed.is_default && !known.is_default {
        give_up_default(&tx, now).await?;
    }
    topics::save(&tx, &mut changed)
        .await
        .map_err(|error| match error {
            database::Error::ForeignKey(_) => Error::StageInUse,
            error => refusal(error, topic),
        })?;
    tx.publish(events::topic_recorded(&changed, now)).await?;
    tx.commit().await?;
    Ok(changed)
}
