//! Turns due reminders into messages.

use std::{error::Error as StdError, sync::Arc};

use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::app::{
    App,
    send_reminders::{MOST, send_reminders},
};

/// Looks for due reminders until shutdown. A round that fails is tried again at the next look:
/// what was due stays due.
pub(crate) async fn run(app: Arc<App>, shutdown: CancellationToken) {
    while !shutdown.is_cancelled() {
        match send_reminders(&app).await {
            Ok(sent) if i64::try_from(sent).is_ok_and(|sent| sent >= MOST) => continue,
            Ok(_) => {}
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn StdError,
                    "due reminders could not be sent"
                );
            }
        }
        tokio::select! {
            () = shutdown.cancelled() => {}
            () = sleep(app.settings.timer_poll) => {}
        }
    }
}
