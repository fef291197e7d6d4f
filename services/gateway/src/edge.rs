//! The public edge: one router for gRPC, gRPC-Web, REST, doors and pages.

mod access;
mod address;
mod body;
mod console;
mod contracts;
mod dispatch;
mod doors;
mod grpc;
mod observe;
mod pages;
mod refusal;
mod reply;
mod rest;

use std::{net::IpAddr, sync::Arc, time::Instant};

use axum::{Router, http::HeaderMap};
use bytes::Bytes;
use rpc::{
    Channel, Identity, Keys,
    access::{Denied, Policy},
};
use service::{Channels, StartError};
use tokio::sync::Semaphore;

use self::{
    address::Client, contracts::Contracts, doors::directory::Directory,
    pages::templates::Templates, refusal::Refusal, rest::routes::Routes,
};
use crate::{
    app::App,
    buckets::{Buckets, Rate},
    settings::Settings,
};

/// Addresses counted at a time, for each limit.
const MOST_ADDRESSES: usize = 100_000;

const SIGN_IN: &str = "/tributary.gateway.v1.GatewayService/SignIn";

/// What the edge is made from.
pub(crate) struct Parts {
    pub(crate) app: Arc<App>,
    /// The gateway's own gRPC service, guarded like any other.
    pub(crate) own: Router,
    pub(crate) channels: Channels,
    pub(crate) keys: Keys,
    pub(crate) policy: Policy,
    pub(crate) settings: Settings,
    pub(crate) dev: bool,
}

/// What every request needs.
pub(crate) struct Edge {
    app: Arc<App>,
    own: Channel,
    channels: Channels,
    keys: Keys,
    /// Who may call which method.
    policy: Policy,
    /// Who may open which of our own routes.
    doors_and_pages: Policy,
    contracts: Contracts,
    routes: Routes,
    openapi: Bytes,
    templates: Templates,
    directory: Directory,
    sign_ins: Buckets<IpAddr>,
    posts: Buckets<(IpAddr, u64)>,
    in_flight: Arc<Semaphore>,
    mails: Arc<Semaphore>,
    reflection: Option<Router>,
    health: Router,
    settings: Settings,
    dev: bool,
}

/// The router of the public port.
pub(crate) async fn router(parts: Parts) -> Result<Router, StartError> {
    Ok(dispatch::router(Arc::new(Edge::try_new(parts).await?)))
}

impl Edge {
    async fn try_new(parts: Parts) -> Result<Self, StartError> {
        let Parts {
            app,
            own,
            channels,
            keys,
            policy,
            settings,
            dev,
        } = parts;
        let contracts = Contracts::try_new()?;
        let routes = Routes::try_new(&contracts)?;
        let openapi = rest::openapi::document(&contracts, &routes);
        let rate = |per_second, burst: u32| Rate {
            per_second,
            burst: f64::from(burst),
        };
        let sign_ins = rate(
            settings.sign_in_address_rate,
            settings.sign_in_address_burst,
        );
        let posts = rate(settings.door_rate, settings.door_burst);
        Ok(Self {
            app,
            own: Channel::in_process(own),
            channels,
            keys,
            policy,
            doors_and_pages: Policy::new(access::ROUTES)
                .map_err(|error| StartError::other("access of own routes", error))?,
            contracts,
            routes,
            openapi: Bytes::from(openapi.to_string()),
            templates: Templates::try_new()
                .map_err(|error| StartError::other("templates of pages", error))?,
            directory: Directory::new(settings.doors_ttl),
            sign_ins: Buckets::new(sign_ins, MOST_ADDRESSES),
            posts: Buckets::new(posts, MOST_ADDRESSES),
            in_flight: Arc::new(Semaphore::new(settings.max_in_flight)),
            mails: Arc::new(Semaphore::new(settings.max_mails_in_flight)),
            reflection: if dev { Some(grpc::reflection()?) } else { None },
            health: grpc::health().await,
            settings,
            dev,
        })
    }

    /// The way to the service of a method, for calls made for `identity`.
    fn channel(&self, service: &str, identity: Identity) -> Channel {
        let channel = match service {
            "gateway" => self.own.clone(),
            other => self.channels.to(other),
        };
        channel
            .with_deadline(self.settings.call_timeout)
            .acting_as(&self.keys, identity)
    }

    /// The way to a service for what the edge itself asks.
    fn inside(&self, service: &str) -> Channel {
        self.channel(
            service,
            Identity::Service {
                name: "gateway".to_owned(),
            },
        )
    }

    /// Lets a caller through to a method, or says why not.
    ///
    /// Where anyone is admitted, credentials are not looked at: a worn-out one must not stand in
    /// the way of signing in anew.
    async fn admit(
        &self,
        method: &str,
        headers: &HeaderMap,
        client: &Client,
    ) -> Result<Identity, Refusal> {
        if method == SIGN_IN {
            let key = client.bucket();
            self.sign_ins
                .take(key, Instant::now())
                .map_err(Refusal::TooMany)?;
        }
        if self.policy.check(method, &Identity::Anyone).is_ok() {
            return Ok(Identity::Anyone);
        }
        let identity = self.identify(headers, client).await?;
        self.policy.check(method, &identity)?;
        Ok(identity)
    }

    /// Who is calling, by the header `authorization`.
    async fn identify(&self, headers: &HeaderMap, client: &Client) -> Result<Identity, Refusal> {
        if let Some(service) = client.inside(headers, &self.keys) {
            return Ok(service);
        }
        let Some(text) = access::bearer(headers)? else {
            return Ok(Identity::Anyone);
        };
        self.app
            .credentials
            .identify(text)
            .await
            .map_err(|error| match error {
                crate::error::Error::CredentialsInvalid => Denied::Invalid.into(),
                crate::error::Error::CredentialsExpired => Denied::Expired.into(),
                other => Refusal::Credentials(other),
            })
    }
}
