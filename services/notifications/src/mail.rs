//! How messages leave: to a mail server, or not at all.

mod address;
mod caught;
mod compose;
mod smtp;

use std::sync::Arc;

use futures::future::BoxFuture;
use service::StartError;

pub(crate) use self::compose::{compose, header_lines, message_id};
use crate::{
    domain::{hand_over::Outcome, message::Message},
    settings::Settings,
};

/// Takes messages to where they go.
///
/// The two steps are apart so that the hand-over can be committed between them: after a failure of
/// the first one, nothing was sent; after one of the second, nobody may know.
pub(crate) trait Transport: Send + Sync + 'static {
    /// How many messages go together in one transaction.
    fn together(&self) -> usize;

    /// How many times that are on their way at once.
    fn sessions(&self) -> usize;

    /// Everything before the text: connects and agrees on sender and recipient.
    fn prepare<'a>(
        &'a self,
        message: &'a Message,
    ) -> BoxFuture<'a, Result<Box<dyn Prepared>, Outcome>>;
}

/// A message of which only the text is missing.
pub(crate) trait Prepared: Send {
    /// Sends the text and waits for the answer.
    fn deliver(self: Box<Self>) -> BoxFuture<'static, Outcome>;

    /// Gives up before the text.
    fn abandon(self: Box<Self>) -> BoxFuture<'static, ()>;
}

/// The transport that the settings ask for.
pub(crate) fn transport(settings: &Settings) -> Result<Arc<dyn Transport>, StartError> {
    if settings.caught() {
        tracing::info!("messages are caught: nothing leaves this machine");
        return Ok(Arc::new(caught::Caught {
            together: settings.batch,
        }));
    }
    Ok(Arc::new(smtp::Smtp::try_new(settings)?))
}
