//! The data-driven model is fitted anew, as often as the settings say.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::app::fit_weights::fit_weights;
use crate::error::Error;
use crate::projector::ensure_living;

/// Fits at the start and then each time the interval is over, until the process ends.
pub async fn run(app: Arc<App>, shutdown: CancellationToken) -> Result<(), Error> {
    ensure_living(&app).await?;
    let mut ticks = tokio::time::interval(app.settings.fit_every);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = shutdown.cancelled() => return Ok(()),
            _ = ticks.tick() => {
                fit_weights(&app).await?;
            }
        }
    }
}
