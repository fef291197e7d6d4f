#![doc = include_str!("../README.md")]

pub mod app;
pub mod consumers;
pub mod domain;
pub mod error;
pub mod events;
pub mod objects;
pub mod reading;
pub mod refusal;
pub mod rpc;
pub mod settings;
pub mod store;
pub mod timers;

use std::sync::Arc;

use futures::future::BoxFuture;
use service::{Context, Definition, StartError, Started, Task};
use tokio_util::sync::CancellationToken;

pub use crate::store::MIGRATIONS;

/// The service, to be started by the shell.
pub fn definition() -> Definition {
    Definition {
        name: "campaigns",
        settings: include_str!("../settings.toml"),
        migrations: MIGRATIONS,
        start,
    }
}

fn start(ctx: Context) -> BoxFuture<'static, Result<Started, StartError>> {
    Box::pin(async move {
        let settings: settings::Settings = ctx.settings.parse()?;
        let settings = settings.checked()?;
        let objects = objects::Objects::open(&settings)?;
        let app = Arc::new(app::App {
            outbox: ctx.outbox,
            clock: ctx.clock,
            settings,
            objects,
        });
        Ok(Started {
            router: rpc::routes(&app).into_axum_router(),
            subscriptions: consumers::subscriptions(&app),
            tasks: vec![sweeps(&app, ctx.shutdown)],
        })
    })
}

fn sweeps(app: &Arc<app::App>, shutdown: CancellationToken) -> Task {
    let app = app.clone();
    Task::new("campaigns-timers", move || {
        let (app, shutdown) = (app.clone(), shutdown.clone());
        Box::pin(async move { Ok(timers::run(app, shutdown).await?) })
    })
}
