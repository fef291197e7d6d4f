#![doc = include_str!("../README.md")]

pub mod app;
pub mod consumers;
pub mod domain;
pub mod error;
pub mod events;
pub mod rpc;
pub mod settings;
pub mod store;

use std::sync::Arc;

use futures::future::BoxFuture;
use service::{Context, Definition, StartError, Started};

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
        let settings = ctx.settings.parse()?;
        let app = Arc::new(app::App {
            outbox: ctx.outbox,
            clock: ctx.clock,
            settings,
        });
        Ok(Started {
            router: rpc::routes(&app).into_axum_router(),
            subscriptions: consumers::subscriptions(&app),
            tasks: Vec::new(),
        })
    })
}
