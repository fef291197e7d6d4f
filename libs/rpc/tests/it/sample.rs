//! A small gRPC service to call: the health service behind the access layer.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{Router, extract::Request, middleware, response::Response};
use rpc::{AccessLayer, Channel, Identity, Keys, access::Policy, listener};
use tokio::{net::TcpListener, sync::Semaphore, task::JoinHandle};
use tokio_util::sync::CancellationToken;
use tonic::service::Routes;
use tonic_health::{
    pb::{HealthCheckRequest, health_client::HealthClient, health_server::HealthServer},
    server::{HealthReporter, HealthService},
};

pub(crate) const CHECK: &str = "/grpc.health.v1.Health/Check";

/// Nothing here takes as long unless it hangs.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

const POLICY: &[(&str, &[&str])] = &[
    (CHECK, &["agent", "service"]),
    ("/grpc.health.v1.Health/Watch", &["anyone"]),
];

pub(crate) fn policy() -> Policy {
    Policy::new(POLICY).unwrap()
}

pub(crate) fn keys() -> Keys {
    Keys::new([7; 32]).unwrap()
}

pub(crate) fn service() -> Identity {
    Identity::Service {
        name: "deals".to_owned(),
    }
}

pub(crate) fn ask() -> HealthCheckRequest {
    HealthCheckRequest::default()
}

/// What the service has seen of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) identity: Identity,
    pub(crate) trace: Option<String>,
    pub(crate) remaining: Option<Duration>,
}

/// The service under test. `Check` waits for a permit of the gate once it is shut.
#[derive(Clone)]
pub(crate) struct Sample {
    seen: Arc<Mutex<Vec<Seen>>>,
    gate: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
    reporter: HealthReporter,
}

impl Sample {
    pub(crate) fn new() -> Self {
        Self {
            seen: Arc::default(),
            gate: Arc::new(Semaphore::new(Semaphore::MAX_PERMITS)),
            waiting: Arc::new(Semaphore::new(0)),
            reporter: HealthReporter::new(),
        }
    }

    /// The service without the access layer.
    pub(crate) fn bare(&self) -> Router {
        let seen = self.seen.clone();
        let note = move |request: tonic::Request<()>| {
            let call = Seen {
                identity: rpc::identity(&request).clone(),
                trace: telemetry::context::trace_id(),
                remaining: rpc::remaining(),
            };
            seen.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(call);
            Ok(request)
        };
        let health = HealthService::from_health_reporter(self.reporter.clone());
        let sample = self.clone();
        Routes::new(HealthServer::with_interceptor(health, note))
            .into_axum_router()
            .layer(middleware::from_fn(move |request, next| {
                sample.clone().pass(request, next)
            }))
    }

    pub(crate) fn router(&self) -> Router {
        self.bare().layer(AccessLayer::new(policy(), keys()))
    }

    /// From now on `Check` waits.
    pub(crate) fn shut(&self) {
        self.gate.forget_permits(Semaphore::MAX_PERMITS);
    }

    pub(crate) fn let_one_pass(&self) {
        self.gate.add_permits(1);
    }

    /// Waits until a call waits at the gate.
    pub(crate) async fn until_one_waits(&self) {
        let waiting = tokio::time::timeout(PATIENCE, self.waiting.acquire()).await;
        waiting.expect("a call reaches the gate").unwrap().forget();
    }

    pub(crate) fn last_seen(&self) -> Seen {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.last().expect("the service has been called").clone()
    }

    pub(crate) fn calls(&self) -> usize {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.len()
    }

    pub(crate) async fn set_not_serving(&self) {
        let status = tonic_health::ServingStatus::NotServing;
        self.reporter.set_service_status("", status).await;
    }

    async fn pass(self, request: Request, next: middleware::Next) -> Response {
        if request.uri().path() == CHECK {
            self.waiting.add_permits(1);
            self.gate.acquire().await.unwrap().forget();
        }
        next.run(request).await
    }
}

pub(crate) fn client(channel: Channel) -> HealthClient<Channel> {
    HealthClient::new(channel)
}

/// A listener of a test, on a port of its own.
pub(crate) struct Served {
    pub(crate) address: std::net::SocketAddr,
    pub(crate) shutdown: CancellationToken,
    task: JoinHandle<std::io::Result<()>>,
}

impl Served {
    pub(crate) async fn start(router: Router, limits: listener::Limits) -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = socket.local_addr().unwrap();
        let shutdown = CancellationToken::new();
        let serving = listener::serve(socket, router, limits, shutdown.clone());
        let runtime = tokio::runtime::Handle::current();
        Self {
            address,
            shutdown,
            task: runtime.spawn(serving),
        }
    }

    pub(crate) fn channel(&self) -> Channel {
        Channel::connect_lazy(&format!("http://{}", self.address)).unwrap()
    }

    /// Waits until the listener has ended.
    pub(crate) async fn ended(self) {
        let ended = tokio::time::timeout(PATIENCE, self.task).await;
        ended.expect("the listener ends").unwrap().unwrap();
    }
}
