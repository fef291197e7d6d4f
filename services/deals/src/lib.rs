#![doc = include_str!("../README.md")]

pub mod app;
pub mod consumers;
pub mod document;
pub mod domain;
pub mod error;
pub mod events;
pub mod migrations;
pub mod rpc;
pub mod settings;
pub mod store;

use std::sync::Arc;

use futures::future::BoxFuture;
use proto::deals::v1::deals_service_server::DealsServiceServer;
use proto::deals::v1::forecast_service_server::ForecastServiceServer;
use proto::deals::v1::offers_service_server::OffersServiceServer;
use service::{Context, Definition, StartError, Started};
use tonic::service::Routes;

use crate::app::App;
use crate::app::seed::seed;
use crate::rpc::Rpc;
use crate::settings::Settings;

/// What the shell needs to run this service.
pub fn definition() -> Definition {
    Definition {
        name: "deals",
        settings: include_str!("../settings.toml"),
        migrations: migrations::ALL,
        start,
    }
}

fn start(context: Context) -> BoxFuture<'static, Result<Started, StartError>> {
    Box::pin(async move {
        let settings: Settings = context.settings.parse()?;
        let app = Arc::new(App {
            outbox: context.outbox,
            clock: context.clock,
            settings: settings.checked()?,
        });
        seed(&app)
            .await
            .map_err(|error| StartError::other("the general topic", error))?;
        Ok(wire(&app))
    })
}

/// The service around its state: what it serves and what it listens to.
pub fn wire(app: &Arc<App>) -> Started {
    Started {
        router: Routes::new(DealsServiceServer::new(Rpc(app.clone())))
            .add_service(ForecastServiceServer::new(Rpc(app.clone())))
            .add_service(OffersServiceServer::new(Rpc(app.clone())))
            .into_axum_router(),
        subscriptions: consumers::subscriptions(app),
        tasks: Vec::new(),
    }
}
