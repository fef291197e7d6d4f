#![doc = include_str!("../README.md")]

pub mod app;
pub mod consumers;
pub mod domain;
pub mod error;
pub mod events;
pub mod rpc;
pub mod scan;
pub mod settings;
pub mod store;

use std::sync::Arc;

use futures::future::BoxFuture;
use proto::customers::v1::{
    cases_service_server::CasesServiceServer, customers_service_server::CustomersServiceServer,
    erasure_service_server::ErasureServiceServer, timeline_service_server::TimelineServiceServer,
};
use service::{Context, Definition, StartError, Started, Task};
use tokio_util::sync::CancellationToken;
use tonic::service::Routes;

pub use crate::store::MIGRATIONS;

/// The service, to be started by the shell.
pub fn definition() -> Definition {
    Definition {
        name: "customers",
        settings: include_str!("../settings.toml"),
        migrations: MIGRATIONS,
        start,
    }
}

fn start(ctx: Context) -> BoxFuture<'static, Result<Started, StartError>> {
    Box::pin(async move {
        let settings = ctx.settings.parse()?;
        let app = Arc::new(app::App {
            outbox: ctx.outbox,
            clock: ctx.clock,
            settings,
        });
        Ok(Started {
            router: routes(&app).into_axum_router(),
            subscriptions: consumers::subscriptions(&app),
            tasks: vec![scanning(&app, &ctx.shutdown)],
        })
    })
}

/// All that callers may ask of it.
pub fn routes(app: &Arc<app::App>) -> Routes {
    Routes::new(CustomersServiceServer::new(rpc::Rpc(app.clone())))
        .add_service(CasesServiceServer::new(rpc::cases::Cases(app.clone())))
        .add_service(ErasureServiceServer::new(rpc::erasures::Erasures(
            app.clone(),
        )))
        .add_service(TimelineServiceServer::new(rpc::timeline::Timelines(
            app.clone(),
        )))
}

fn scanning(app: &Arc<app::App>, shutdown: &CancellationToken) -> Task {
    let (app, shutdown) = (app.clone(), shutdown.clone());
    Task::new("customers-scan", move || {
        let (app, shutdown) = (app.clone(), shutdown.clone());
        Box::pin(async move { Ok(scan::run(app, shutdown).await?) })
    })
}
