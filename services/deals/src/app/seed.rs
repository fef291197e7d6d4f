//! What an installation starts with.

use super::App;
use super::create_topic::create_topic;
use crate::domain::topic::Topic;
use crate::error::Error;

/// Creates the general topic, unless it is there. By the program and not by a migration: no literal
/// of an id means the same on both databases.
pub async fn seed(app: &App) -> Result<(), Error> {
    let general = Topic::general().ok_or(Error::TopicNotFound(Topic::GENERAL))?;
    create_topic(app, &general).await?;
    Ok(())
}
