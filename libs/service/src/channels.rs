//! Ways to the other services: in this process or by address, which callers need not know.

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock},
};

use axum::{Router, extract::Request};

use crate::grpc;

/// The other services, by name.
#[derive(Clone)]
pub struct Channels {
    here: Here,
    elsewhere: Arc<BTreeMap<String, rpc::Channel>>,
}

/// Routers of this process. Filled when all services are started, so that each may hold channels
/// to the others whatever the order; emptied at the end, which breaks the circle.
#[derive(Clone, Default)]
struct Here(Arc<RwLock<BTreeMap<&'static str, Router>>>);

impl Channels {
    /// `elsewhere`: ways to services that do not run in this process.
    pub(crate) fn new(elsewhere: BTreeMap<String, rpc::Channel>) -> Self {
        Self {
            here: Here::default(),
            elsewhere: Arc::new(elsewhere),
        }
    }

    pub(crate) fn fill(&self, routers: BTreeMap<&'static str, Router>) {
        *self.here.0.write().unwrap_or_else(PoisonError::into_inner) = routers;
    }

    pub(crate) fn clear(&self) {
        self.fill(BTreeMap::new());
    }

    /// The way to a service: in this process if it runs here, otherwise by `[upstream]`.
    ///
    /// Calls are anonymous until [`rpc::Channel::acting_as`] says for whom they are made. A
    /// service that is in neither place answers UNAVAILABLE.
    pub fn to(&self, service: &str) -> rpc::Channel {
        match self.elsewhere.get(service) {
            Some(channel) => channel.clone(),
            None => rpc::Channel::in_process(self.here.router(service)),
        }
    }
}

impl Here {
    /// A router that finds the service when it is called, not when it is made.
    fn router(&self, service: &str) -> Router {
        let (here, service) = (self.clone(), service.to_owned());
        Router::new().fallback(move |request: Request| async move {
            match here.find(&service) {
                Some(router) => grpc::call(router, request).await,
                None => grpc::unavailable(&service),
            }
        })
    }

    fn find(&self, service: &str) -> Option<Router> {
        self.0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(service)
            .cloned()
    }
}
