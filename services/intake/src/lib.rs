#![doc = include_str!("../README.md")]

pub mod app;
pub mod consumers;
pub mod domain;
mod error;
mod events;
pub mod reading;
pub mod rpc;
mod settings;
pub mod store;

use std::sync::Arc;

use database::{Backend, Migration};
use futures::future::BoxFuture;
use service::{Context, Definition, StartError, Started, Task};
use tokio_util::sync::CancellationToken;

use crate::app::{App, collector, rematch};
pub use crate::{error::Error, settings::Settings};

/// Tables of intake.
pub const MIGRATIONS: &[Migration] = &[
    Migration {
        version: 20_261_122_120_000,
        name: "create_intake",
        sql: include_str!("../migrations/20261122120000_create_intake.sql"),
    },
    Migration {
        version: 20_261_125_220_000,
        name: "create_identity_rematch",
        sql: include_str!("../migrations/20261125220000_create_identity_rematch.sql"),
    },
];

/// The service, to be run by the shell.
pub fn definition() -> Definition {
    Definition {
        name: "intake",
        settings: include_str!("../settings.toml"),
        migrations: MIGRATIONS,
        start,
    }
}

fn start(context: Context) -> BoxFuture<'static, Result<Started, StartError>> {
    Box::pin(async move {
        let settings: Settings = context.settings.parse()?;
        settings.check()?;
        let model = settings.model()?;
        let app = Arc::new(App::new(context.outbox, context.clock, settings, model));
        Ok(Started {
            router: rpc::router(Arc::clone(&app), context.draining),
            subscriptions: consumers::subscriptions(&app),
            tasks: tasks(&app, &context.shutdown),
        })
    })
}

/// The background work: collectors that commit what the doors have taken in, and rematches.
fn tasks(app: &Arc<App>, shutdown: &CancellationToken) -> Vec<Task> {
    let wanted = match app.outbox.database().backend() {
        // There is one writer; two collectors would only wait for each other.
        Backend::Sqlite => 1,
        Backend::Postgres => app.settings.collectors,
    };
    let task = |number| {
        let (app, shutdown) = (Arc::clone(app), shutdown.clone());
        Task::new(format!("collector-{number}"), move || {
            Box::pin(collector::collect(Arc::clone(&app), shutdown.clone()))
        })
    };
    let mut tasks: Vec<Task> = (1..=wanted).map(task).collect();
    let (app, shutdown) = (Arc::clone(app), shutdown.clone());
    tasks.push(Task::new("rematch", move || {
        Box::pin(rematch::run(Arc::clone(&app), shutdown.clone()))
    }));
    tasks
}
