//! Services that only answer calls of this process: for a command line beside a running platform.

use std::collections::BTreeMap;

use database::Database;
use futures::{FutureExt, future::BoxFuture};
use rpc::Keys;

use crate::{
    Channels, Plan, StartError,
    site::{self, Site},
};

/// Services without ports, broker or background work. What they announce lies in their outbox
/// until a running platform publishes it.
pub struct Idle {
    channels: Channels,
    keys: Keys,
    databases: BTreeMap<&'static str, Database>,
}

/// Starts the services of a plan so that they answer calls of this process, and nothing else.
pub fn start_idle(plan: Plan) -> BoxFuture<'static, Result<Idle, StartError>> {
    async move {
        let shared = plan.settings.shared()?;
        shared.names_database()?;
        shared.names_key()?;
        let site = Site::open(plan, shared).await?;
        let mut routers = BTreeMap::new();
        for service in &site.plan.services {
            let (router, _work_of_others) = site.start(service).await?;
            routers.insert(service.name, router);
        }
        site.channels.fill(routers);
        Ok(Idle {
            channels: site.channels,
            keys: site.keys,
            databases: site.databases,
        })
    }
    .boxed()
}

impl Idle {
    /// Ways to the services.
    pub fn channels(&self) -> &Channels {
        &self.channels
    }

    /// The keys with which calls are signed.
    pub fn keys(&self) -> &Keys {
        &self.keys
    }

    /// Gives the databases back.
    pub fn close(self) -> BoxFuture<'static, ()> {
        async move {
            self.channels.clear();
            site::close(&self.databases).await;
        }
        .boxed()
    }
}
