//! What happens by itself from time to time.

use std::sync::Arc;

use rpc::Failure;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use crate::{
    app::{App, sweep_files::sweep_files},
    error::Error,
};

/// Sweeps files until the process ends.
pub async fn run(app: Arc<App>, shutdown: CancellationToken) -> Result<(), Error> {
    let mut ticks = interval(app.settings.file_sweep_interval);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = shutdown.cancelled() => return Ok(()),
            _ = ticks.tick() => sweep(&app).await?,
        }
    }
}

/// A store that is away for a while is told and tried again at the next tick.
async fn sweep(app: &App) -> Result<(), Error> {
    match sweep_files(app).await {
        Ok(swept) => {
            if swept > 0 {
                tracing::info!(swept, "content of files deleted");
            }
            Ok(())
        }
        Err(error @ Error::Refused(_)) => {
            let reason = error.reason();
            let error: &dyn std::error::Error = &error;
            tracing::warn!(error, reason, "content of files cannot be deleted yet");
            Ok(())
        }
        Err(error) => Err(error),
    }
}
