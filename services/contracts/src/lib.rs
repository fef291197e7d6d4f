#![doc = include_str!("../README.md")]

pub mod app;
pub mod consumers;
pub mod domain;
pub mod error;
pub mod events;
pub mod migrations;
pub mod rpc;
pub mod settings;
pub mod store;
pub mod timers;

use std::sync::Arc;

use futures::future::BoxFuture;
use proto::contracts::v1::churn_service_server::ChurnServiceServer;
use proto::contracts::v1::contracts_service_server::ContractsServiceServer;
use proto::contracts::v1::growth_service_server::GrowthServiceServer;
use proto::contracts::v1::payments_service_server::PaymentsServiceServer;
use service::{Context, Definition, StartError, Started, Task};
use tokio_util::sync::CancellationToken;
use tonic::service::Routes;

use crate::app::App;
use crate::rpc::Rpc;
use crate::settings::Settings;

/// What the shell needs to run this service.
pub fn definition() -> Definition {
    Definition {
        name: "contracts",
        settings: include_str!("../settings.toml"),
        migrations: migrations::ALL,
        start,
    }
}

fn start(context: Context) -> BoxFuture<'static, Result<Started, StartError>> {
    Box::pin(async move {
        let settings: Settings = context.settings.parse()?;
        let settings = settings.checked()?;
        let app = App {
            outbox: context.outbox,
            clock: context.clock,
            settings,
        };
        Ok(wire(&Arc::new(app), &context.shutdown))
    })
}

/// The service around its state: what it serves, what it listens to and what it does by itself.
pub fn wire(app: &Arc<App>, shutdown: &CancellationToken) -> Started {
    let (timed, shutdown) = (app.clone(), shutdown.clone());
    let timers = Task::new("contracts-timers", move || {
        let (app, shutdown) = (timed.clone(), shutdown.clone());
        Box::pin(async move { Ok(timers::run(app, shutdown).await?) })
    });
    Started {
        router: Routes::new(ContractsServiceServer::new(Rpc(app.clone())))
            .add_service(PaymentsServiceServer::new(rpc::payments::Rpc(app.clone())))
            .add_service(ChurnServiceServer::new(rpc::churn::Rpc(app.clone())))
            .add_service(GrowthServiceServer::new(rpc::growth::Rpc(app.clone())))
            .into_axum_router(),
        subscriptions: consumers::subscriptions(app),
        tasks: vec![timers],
    }
}
