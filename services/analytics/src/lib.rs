#![doc = include_str!("../README.md")]

pub mod app;
pub mod builder;
pub mod consumers;
pub mod domain;
pub mod error;
pub mod events;
pub mod fitter;
pub mod migrations;
pub mod projector;
pub mod reading;
pub mod rpc;
pub mod settings;
pub mod store;

use std::sync::Arc;

use futures::future::BoxFuture;
use proto::analytics::v1::log_service_server::LogServiceServer;
use proto::analytics::v1::operations_service_server::OperationsServiceServer;
use proto::analytics::v1::reports_service_server::ReportsServiceServer;
use service::{Context, Definition, StartError, Started, Task};
use tokio_util::sync::CancellationToken;
use tonic::service::Routes;

use crate::app::App;
use crate::error::Error;
use crate::rpc::Rpc;
use crate::rpc::log::LogRpc;
use crate::rpc::reports::Reports;
use crate::settings::Settings;

/// What the shell needs to run this service.
pub fn definition() -> Definition {
    Definition {
        name: "analytics",
        settings: include_str!("../settings.toml"),
        migrations: migrations::ALL,
        start,
    }
}

fn start(context: Context) -> BoxFuture<'static, Result<Started, StartError>> {
    Box::pin(async move {
        let settings: Settings = context.settings.parse()?;
        let settings = settings.checked()?;
        let app = App::new(context.outbox, context.clock, settings);
        Ok(wire(&Arc::new(app), &context.draining, &context.shutdown))
    })
}

/// The service around its state: what it serves, what it listens to and what it does by itself.
pub fn wire(app: &Arc<App>, draining: &CancellationToken, shutdown: &CancellationToken) -> Started {
    let log = LogRpc {
        app: app.clone(),
        draining: draining.clone(),
    };
    let reports = Reports {
        database: app.database().clone(),
        base_currency: app.settings.base_currency.clone(),
    };
    Started {
        router: Routes::new(OperationsServiceServer::new(Rpc(app.clone())))
            .add_service(ReportsServiceServer::new(reports))
            .add_service(LogServiceServer::new(log))
            .into_axum_router(),
        subscriptions: consumers::subscriptions(app),
        tasks: vec![
            task("analytics-projector", app, shutdown, projector::run),
            task("analytics-builder", app, shutdown, builder::run),
            task("analytics-fitter", app, shutdown, fitter::run),
        ],
    }
}

fn task<F>(
    name: &'static str,
    app: &Arc<App>,
    shutdown: &CancellationToken,
    run: impl Fn(Arc<App>, CancellationToken) -> F + Send + 'static,
) -> Task
where
    F: Future<Output = Result<(), Error>> + Send + 'static,
{
    let (app, shutdown) = (app.clone(), shutdown.clone());
    Task::new(name, move || {
        let work = run(app.clone(), shutdown.clone());
        Box::pin(async move { Ok(work.await?) })
    })
}
