//! How messages leave: over a mail server.

mod address;
mod compose;
mod smtp;

use std::sync::Arc;

use service::StartError;

pub(crate) use self::{
    compose::{Composed, compose, header_lines, message_id},
    smtp::{Session, Smtp},
};
use crate::settings::Settings;

/// The mail server that the settings name; none if messages are caught.
pub(crate) fn server(settings: &Settings) -> Result<Option<Arc<Smtp>>, StartError> {
    if settings.caught() {
        tracing::info!("messages are caught: nothing leaves this machine");
        return Ok(None);
    }
    Ok(Some(Arc::new(Smtp::try_new(settings)?)))
}
