//! The ports of a process: bound before anything else, so that a taken one is told at once.

use std::net::SocketAddr;

use axum::Router;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::{Plan, StartError, Task, settings::Shared};

/// Where a process listens; a port that is not served is absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Addresses {
    /// The gateway.
    pub public: Option<SocketAddr>,
    /// Calls between services.
    pub internal: Option<SocketAddr>,
    /// Probes and metrics.
    pub ops: Option<SocketAddr>,
}

pub(crate) struct Ports {
    pub(crate) public: Option<Port>,
    pub(crate) internal: Option<Port>,
    pub(crate) ops: Option<Port>,
}

/// A port, bound and not yet served.
pub(crate) struct Port {
    listener: TcpListener,
    address: SocketAddr,
}

impl Ports {
    /// Binds what the settings name and the plan has a use for.
    pub(crate) async fn bind(plan: &Plan, shared: &Shared) -> Result<Self, StartError> {
        let runs = |name: &&str| plan.services.iter().any(|service| service.name == *name);
        let listen = &shared.listen;
        let public = plan.public.filter(runs).map_or("", |_| &listen.public);
        let behind = plan
            .services
            .iter()
            .any(|service| Some(service.name) != plan.public);
        let internal = if behind { listen.internal.as_str() } else { "" };
        Ok(Self {
            public: Port::bind("listen.public", public).await?,
            internal: Port::bind("listen.internal", internal).await?,
            ops: Port::bind("listen.ops", &listen.ops).await?,
        })
    }

    pub(crate) fn addresses(&self) -> Addresses {
        let address = |port: &Option<Port>| port.as_ref().map(|port| port.address);
        Addresses {
            public: address(&self.public),
            internal: address(&self.internal),
            ops: address(&self.ops),
        }
    }
}

impl Port {
    async fn bind(setting: &'static str, address: &str) -> Result<Option<Self>, StartError> {
        if address.is_empty() {
            return Ok(None);
        }
        let failed = |source| StartError::Listen {
            setting,
            address: address.to_owned(),
            source,
        };
        let listener = TcpListener::bind(address).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        Ok(Some(Self { listener, address }))
    }

    /// Serves until `stop`, and then for as long as requests are under way.
    pub(crate) fn serve(
        self,
        name: &'static str,
        router: Router,
        shared: &Shared,
        stop: CancellationToken,
    ) -> Task {
        let limits = rpc::listener::Limits {
            connections: shared.listen.max_connections,
            drain: shared.listen.drain,
            ..rpc::listener::Limits::default()
        };
        let Self { listener, address } = self;
        let mut bound = Some(listener);
        Task::new(format!("{name} port"), move || {
            let (bound, router, stop) = (bound.take(), router.clone(), stop.clone());
            let limits = limits.clone();
            Box::pin(async move {
                // A failed server has dropped its listener.
                let listener = match bound {
                    Some(listener) => listener,
                    None => TcpListener::bind(address).await?,
                };
                Ok(rpc::listener::serve(listener, router, limits, stop).await?)
            })
        })
    }
}
