//! How the process is doing, as probes and people ask: the ops port.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use axum::{
    Json, Router,
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::get,
};
use database::Database;
use futures::future::join_all;
use messaging::transport::SharedTransport;
use serde::{Deserialize, Serialize};
use tokio::time;
use tonic::service::Routes;
use tonic_health::{ServingStatus, server::HealthReporter};

use crate::supervisor::{self, Board};

/// How long a dependency may take to answer; a probe should wait a second longer.
const PATIENCE: Duration = Duration::from_secs(2);

/// Where the process is between its start and its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    Starting,
    Serving,
    Stopping,
}

#[derive(Clone)]
pub(crate) struct Health {
    stage: Arc<Mutex<Stage>>,
    grpc: HealthReporter,
    grpc_router: Router,
    databases: Arc<Vec<(&'static str, Database)>>,
    transport: SharedTransport,
    board: Board,
}

/// What `/readyz` says.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    ready: bool,
    dependencies: Vec<Dependency>,
}

#[derive(Debug, Serialize)]
struct Dependency {
    name: String,
    state: &'static str,
    text: String,
}

#[derive(Deserialize)]
struct Probe {
    /// Names, or beginnings of names before the colon, that do not count: `broker,task`.
    #[serde(default)]
    exclude: String,
}

impl Health {
    pub(crate) async fn new(
        databases: Vec<(&'static str, Database)>,
        transport: SharedTransport,
        board: Board,
    ) -> Self {
        let (grpc, server) = tonic_health::server::health_reporter();
        let health = Self {
            stage: Arc::new(Mutex::new(Stage::Starting)),
            grpc,
            grpc_router: Routes::new(server).into_axum_router(),
            databases: Arc::new(databases),
            transport,
            board,
        };
        // The reporter begins by saying that all is well.
        health.set(Stage::Starting).await;
        health
    }

    pub(crate) async fn set(&self, stage: Stage) {
        *self.stage.lock().unwrap_or_else(PoisonError::into_inner) = stage;
        let status = match stage {
            Stage::Serving => ServingStatus::Serving,
            Stage::Starting | Stage::Stopping => ServingStatus::NotServing,
        };
        // The empty name stands for the whole process.
        self.grpc.set_service_status("", status).await;
    }

    fn stage(&self) -> Stage {
        *self.stage.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// `grpc.health.v1.Health`.
    pub(crate) fn grpc(&self) -> Router {
        self.grpc_router.clone()
    }

    /// `/livez`, `/readyz`, `/startupz` and `/metrics`.
    pub(crate) fn router(&self) -> Router {
        Router::new()
            .route("/livez", get(async || "alive\n"))
            .route("/readyz", get(readyz))
            .route("/startupz", get(startupz))
            .route("/metrics", get(metrics))
            .with_state(self.clone())
    }

    /// Asks every dependency at once.
    pub(crate) async fn report(&self, exclude: &str) -> Report {
        let mut dependencies = vec![Dependency::of_stage(self.stage())];
        let databases = self.databases.iter().map(async |(service, database)| {
            Dependency::asked(format!("database:{service}"), database.ping()).await
        });
        dependencies.extend(join_all(databases).await);
        dependencies.push(Dependency::asked("broker".to_owned(), self.transport.ping()).await);
        dependencies.extend(self.board.states().into_iter().map(Dependency::of_task));
        let excluded: Vec<&str> = exclude.split(',').collect();
        let counts = |it: &&Dependency| {
            !excluded.iter().any(|name| {
                it.name == *name
                    || it
                        .name
                        .split_once(':')
                        .is_some_and(|(kind, _)| kind == *name)
            })
        };
        let ready = dependencies.iter().filter(counts).all(|it| it.state == OK);
        Report {
            ready,
            dependencies,
        }
    }
}

const OK: &str = "ok";
const FAILED: &str = "failed";

impl Dependency {
    fn of_stage(stage: Stage) -> Self {
        let (verdict, text) = match stage {
            Stage::Starting => (FAILED, "starting"),
            Stage::Serving => (OK, "serving"),
            Stage::Stopping => (FAILED, "stopping"),
        };
        Self {
            name: "process".to_owned(),
            state: verdict,
            text: text.to_owned(),
        }
    }

    async fn asked<E: std::error::Error>(
        name: String,
        question: impl Future<Output = Result<(), E>>,
    ) -> Self {
        let began = Instant::now();
        let (state, text) = match time::timeout(PATIENCE, question).await {
            Ok(Ok(())) => (
                OK,
                format!("answered in {} ms", began.elapsed().as_millis()),
            ),
            Ok(Err(error)) => (FAILED, chain(&error)),
            Err(_) => (
                FAILED,
                format!("no answer within {} ms", PATIENCE.as_millis()),
            ),
        };
        Self { name, state, text }
    }

    fn of_task((name, state): (String, supervisor::State)) -> Self {
        let restarted = |restarts: u32| match restarts {
            0 => String::new(),
            1 => ", restarted once".to_owned(),
            more => format!(", restarted {more} times"),
        };
        let (state, text) = match state {
            supervisor::State::Running { restarts } => {
                (OK, format!("running{}", restarted(restarts)))
            }
            supervisor::State::Done => (OK, "done".to_owned()),
            supervisor::State::Failed { restarts, reason } => {
                (FAILED, format!("{reason}{}", restarted(restarts)))
            }
        };
        Self {
            name: format!("task:{name}"),
            state,
            text,
        }
    }
}

/// An error with what caused it.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}

async fn readyz(State(health): State<Health>, Query(probe): Query<Probe>) -> Response {
    let report = health.report(&probe.exclude).await;
    (answer(report.ready), Json(report)).into_response()
}

async fn startupz(State(health): State<Health>) -> impl IntoResponse {
    let started = health.stage() != Stage::Starting;
    (
        answer(started),
        if started { "started\n" } else { "starting\n" },
    )
}

async fn metrics() -> impl IntoResponse {
    (
        [("content-type", "text/plain; version=0.0.4; charset=utf-8")],
        telemetry::metrics_text(),
    )
}

fn answer(good: bool) -> StatusCode {
    if good {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    }
}
