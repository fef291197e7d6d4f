//! What a service tells the shell, and what the shell gives it.

use clock::Clock;
use futures::future::BoxFuture;
use messaging::{Outbox, Subscription};
use tokio_util::sync::CancellationToken;

use crate::{Channels, StartError, settings::Section};

/// A service, before it is started.
#[derive(Clone, Copy)]
pub struct Definition {
    /// Its name: of its schema, its section of the settings and its stream.
    pub name: &'static str,
    /// Its `settings.toml`: the section `[name]` with every setting and its default.
    pub settings: &'static str,
    /// Its tables; those of messaging are added by the shell.
    pub migrations: &'static [database::Migration],
    /// Makes it ready. The database is connected and migrated.
    pub start: fn(Context) -> BoxFuture<'static, Result<Started, StartError>>,
}

/// What a service is given to start with.
pub struct Context {
    /// Its own section.
    pub settings: Section,
    /// The time.
    pub clock: Clock,
    /// Its database, and the way to announce what it did.
    pub outbox: Outbox,
    /// The other services. They may be called once all of this process are started.
    pub channels: Channels,
    /// Signs and reads who calls.
    pub keys: rpc::Keys,
    /// Who may call what.
    pub policy: rpc::access::Policy,
    /// Whether this is `tributary dev`.
    pub dev: bool,
    /// Cancelled when no further requests are taken: streams that would not end by themselves end.
    pub draining: CancellationToken,
    /// Cancelled when the last request is answered: background work hands back what it holds.
    pub shutdown: CancellationToken,
}

/// A started service.
#[derive(Default)]
pub struct Started {
    /// Its gRPC service; for the gateway, all that the public port serves.
    pub router: axum::Router,
    /// The events it listens to.
    pub subscriptions: Vec<Subscription>,
    /// Its background work.
    pub tasks: Vec<Task>,
}

/// Background work that goes on until shutdown.
pub struct Task {
    pub(crate) name: String,
    pub(crate) begin: Begin,
}

pub(crate) type Begin = Box<dyn FnMut() -> BoxFuture<'static, anyhow::Result<()>> + Send>;

impl Task {
    /// Work that `begin` starts, and starts again with back-off after it failed or panicked.
    /// Work that returns `Ok` is done and is not started again.
    pub fn new(
        name: impl Into<String>,
        begin: impl FnMut() -> BoxFuture<'static, anyhow::Result<()>> + Send + 'static,
    ) -> Self {
        Self {
            name: name.into(),
            begin: Box::new(begin),
        }
    }
}
