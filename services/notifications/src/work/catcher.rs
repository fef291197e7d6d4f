//! Where no mail server is set: messages stop here, to be looked at in the outbox page.

use std::sync::Arc;

use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::lookout::{Lookout, PAUSE, Pace, log};
use crate::app::{App, hand_over};

/// Catches messages until shutdown.
pub(crate) async fn run(app: Arc<App>, shutdown: CancellationToken) {
    let lookout = Lookout::default();
    tokio::select! {
        () = work(&app, &lookout, &shutdown) => {}
        () = lookout.watch(&app) => {}
    }
}

async fn work(app: &App, lookout: &Lookout, shutdown: &CancellationToken) {
    let (most, mut pace) = (app.settings.batch, Pace::default());
    while !shutdown.is_cancelled() {
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = async { pace.wait().await; lookout.called().await } => {}
        }
        pace.taking();
        match hand_over::catch(app, most).await {
            Ok(caught) if caught < most => {}
            Ok(_) => {
                pace.hurry();
                lookout.call();
            }
            Err(error) => {
                log(&error);
                tokio::select! {
                    () = shutdown.cancelled() => {}
                    () = sleep(PAUSE) => {}
                }
                lookout.call();
            }
        }
    }
}
