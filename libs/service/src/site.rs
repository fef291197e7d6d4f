//! What services stand on: settings, keys, databases, ways to one another.

use std::collections::BTreeMap;

use axum::Router;
use database::Database;
use futures::future::{join_all, try_join_all};
use messaging::{Outbox, Subscription};
use rpc::{AccessLayer, Keys};
use tokio_util::sync::CancellationToken;

use crate::{
    Channels, Context, Definition, Plan, StartError, Started, Task, plan, settings::Shared,
};

pub(crate) struct Site {
    pub(crate) plan: Plan,
    pub(crate) shared: Shared,
    pub(crate) keys: Keys,
    pub(crate) databases: BTreeMap<&'static str, Database>,
    pub(crate) channels: Channels,
    /// Cancelled when no further requests are taken.
    pub(crate) draining: CancellationToken,
    /// Cancelled when the last request is answered.
    pub(crate) shutdown: CancellationToken,
}

/// What a started service does besides answering calls.
pub(crate) struct Work {
    pub(crate) outbox: Outbox,
    pub(crate) subscriptions: Vec<Subscription>,
    pub(crate) tasks: Vec<Task>,
}

impl Site {
    pub(crate) async fn open(plan: Plan, shared: Shared) -> Result<Self, StartError> {
        let keys = Keys::new(&shared.access.signing_key)
            .map_err(|error| StartError::other("access.signing_key cannot be used", error))?;
        let databases = databases(&plan, &shared).await?;
        let channels = Channels::new(plan::elsewhere(&plan.services, &shared)?);
        let (draining, shutdown) = (CancellationToken::new(), CancellationToken::new());
        Ok(Self {
            plan,
            shared,
            keys,
            databases,
            channels,
            draining,
            shutdown,
        })
    }

    /// Starts a service; its router lets in whom the policy admits.
    pub(crate) async fn start(&self, service: &Definition) -> Result<(Router, Work), StartError> {
        let name = service.name;
        let failed = |source| StartError::Service {
            service: name,
            source: Box::new(source),
        };
        let database = self.databases.get(name).cloned().ok_or_else(|| {
            failed(StartError::other(
                "no database",
                "it is not among those of the plan",
            ))
        })?;
        let outbox = Outbox::new(database, name);
        let started = (service.start)(self.context(service, outbox.clone())).await;
        let Started {
            mut router,
            subscriptions,
            tasks,
        } = started.map_err(failed)?;
        if self.plan.public != Some(name) {
            router = router.layer(AccessLayer::new(
                self.plan.policy.clone(),
                self.keys.clone(),
            ));
        }
        Ok((
            router,
            Work {
                outbox,
                subscriptions,
                tasks,
            },
        ))
    }

    fn context(&self, service: &Definition, outbox: Outbox) -> Context {
        Context {
            settings: self.plan.settings.section(service.name),
            clock: self.plan.clock.clone(),
            outbox,
            channels: self.channels.clone(),
            keys: self.keys.clone(),
            policy: self.plan.policy.clone(),
            dev: self.plan.dev,
            draining: self.draining.clone(),
            shutdown: self.shutdown.clone(),
        }
    }
}

/// All at once: on SQLite each is a file of its own, and PostgreSQL's migrators wait for one another.
async fn databases(
    plan: &Plan,
    shared: &Shared,
) -> Result<BTreeMap<&'static str, Database>, StartError> {
    let ready = plan
        .services
        .iter()
        .map(|service| ready(service, shared, plan.dev));
    Ok(try_join_all(ready).await?.into_iter().collect())
}

/// The database of a service with all its tables.
async fn ready(
    service: &Definition,
    shared: &Shared,
    dev: bool,
) -> Result<(&'static str, Database), StartError> {
    let database = plan::connect(service, shared, shared.database_wait).await?;
    if dev {
        plan::migrate(service, &database).await?;
    }
    match plan::pending(service, &database).await? {
        0 => Ok((service.name, database)),
        pending => Err(StartError::Pending {
            service: service.name,
            pending,
        }),
    }
}

pub(crate) async fn close(databases: &BTreeMap<&'static str, Database>) {
    join_all(databases.values().map(Database::close)).await;
}
