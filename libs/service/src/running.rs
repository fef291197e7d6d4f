//! A started process, and how it ends.

use std::{collections::BTreeMap, time::Duration};

use database::Database;
use futures::{FutureExt, future::BoxFuture};
use messaging::transport::SharedTransport;
use rpc::Keys;
use tokio::time;

use crate::{
    Addresses, Channels, Plan, StartError,
    health::{Health, Stage},
    settings::Listen,
    shell::start,
    signals::Signals,
    site,
    supervisor::Supervisor,
};

/// Closing a database only gives its connections back; the data is safe without.
const CLOSE_AT_MOST: Duration = Duration::from_secs(1);

/// Added to the listener's own limit, so that it is the one to say what it cut off.
const GRACE: Duration = Duration::from_millis(500);

/// A started process. Dropped, it ends at once, as if it were killed.
pub struct Running {
    pub(crate) addresses: Addresses,
    pub(crate) health: Health,
    pub(crate) listen: Listen,
    pub(crate) channels: Channels,
    pub(crate) keys: Keys,
    pub(crate) databases: BTreeMap<&'static str, Database>,
    pub(crate) transport: SharedTransport,
    pub(crate) probes: Supervisor,
    pub(crate) doors: Supervisor,
    pub(crate) work: Supervisor,
}

/// How a process ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stopped {
    /// Work that did not end in time and was cut off.
    pub unfinished: Vec<String>,
}

impl Stopped {
    /// Whether all work came to its end.
    pub fn cleanly(&self) -> bool {
        self.unfinished.is_empty()
    }
}

impl Running {
    /// Where it listens.
    pub fn addresses(&self) -> Addresses {
        self.addresses
    }

    /// Ways to its services and to those they know of.
    pub fn channels(&self) -> &Channels {
        &self.channels
    }

    /// The keys with which its services sign who calls.
    pub fn keys(&self) -> &Keys {
        &self.keys
    }

    /// The database of a service that runs here.
    pub fn database(&self, service: &str) -> Option<&Database> {
        self.databases.get(service)
    }

    /// The broker.
    pub fn transport(&self) -> &SharedTransport {
        &self.transport
    }

    /// Waits for SIGTERM or Ctrl-C and stops; a second signal ends it at once.
    pub fn until_stopped(self, mut signals: Signals) -> BoxFuture<'static, Stopped> {
        async move {
            signals.next().await;
            tracing::info!("stopping");
            tokio::select! {
                stopped = self.stop() => stopped,
                () = signals.next() => Stopped {
                    unfinished: vec!["stopping itself".to_owned()],
                },
            }
        }
        .boxed()
    }

    /// Stops in order, within `linger` + `drain` + `wind_down` and two seconds: goes on serving
    /// until load balancers know, answers what is under way, hands back what was taken, lets go.
    pub fn stop(mut self) -> BoxFuture<'static, Stopped> {
        async move {
            self.health.set(Stage::Stopping).await;
            time::sleep(self.listen.linger).await;
            let mut unfinished = self.doors.stop(self.listen.drain + GRACE).await;
            unfinished.extend(self.work.stop(self.listen.wind_down).await);
            self.channels.clear();
            // What is still open after that was held by the unfinished work named already.
            let _ = time::timeout(CLOSE_AT_MOST, site::close(&self.databases)).await;
            self.probes.stop(GRACE).await;
            if !unfinished.is_empty() {
                tracing::warn!(?unfinished, "work did not end in time and was cut off");
            }
            Stopped { unfinished }
        }
        .boxed()
    }
}

/// Starts a plan and runs it until the process is told to stop, which it may be while it starts.
pub fn run(plan: Plan) -> BoxFuture<'static, Result<Stopped, StartError>> {
    async move {
        let mut signals = Signals::listen()
            .map_err(|error| StartError::other("signals cannot be received", error))?;
        let running = tokio::select! {
            running = start(plan) => running?,
            () = signals.next() => return Ok(Stopped { unfinished: Vec::new() }),
        };
        Ok(running.until_stopped(signals).await)
    }
    .boxed()
}
