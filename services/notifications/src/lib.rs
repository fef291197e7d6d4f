#![doc = include_str!("../README.md")]

mod app;
mod consumers;
mod domain;
mod error;
mod events;
mod letters;
mod mail;
mod metrics;
mod rpc;
mod settings;
mod store;
mod wake;
mod work;

use std::sync::Arc;

use clock::Clock;
use futures::future::BoxFuture;
use messaging::{Outbox, Subscription};
use proto::notifications::v1::notifications_service_server::NotificationsServiceServer;
use service::{Context, Definition, StartError, Started, Task, settings::Section};
use tokio_util::sync::CancellationToken;
use tonic::service::Routes;

pub use crate::store::MIGRATIONS;
use crate::{app::App, mail::Smtp};

/// The service, to be started by the shell.
pub fn definition() -> Definition {
    Definition {
        name: "notifications",
        settings: include_str!("../settings.toml"),
        migrations: MIGRATIONS,
        start,
    }
}

/// The service in its parts, before anything runs.
pub struct Parts {
    app: Arc<App>,
    /// None if messages are caught.
    server: Option<Arc<Smtp>>,
}

impl Parts {
    /// Checks the settings and loads the templates.
    pub fn try_new(outbox: Outbox, clock: Clock, section: &Section) -> Result<Self, StartError> {
        let app = Arc::new(App::try_new(outbox, clock, section.parse()?)?);
        let server = mail::server(&app.settings)?;
        Ok(Self { app, server })
    }

    /// Its calls.
    pub fn router(&self) -> axum::Router {
        let server = NotificationsServiceServer::new(rpc::Rpc(self.app.clone()));
        Routes::new(server).into_axum_router()
    }

    /// What it listens to.
    pub fn subscriptions(&self) -> Vec<Subscription> {
        consumers::subscriptions(&self.app)
    }

    /// Hands messages over until shutdown.
    pub fn mailer(&self, shutdown: CancellationToken) -> BoxFuture<'static, ()> {
        let app = self.app.clone();
        match self.server.clone() {
            Some(server) => Box::pin(work::mailer::run(app, server, shutdown)),
            None => Box::pin(work::catcher::run(app, shutdown)),
        }
    }

    /// Turns due reminders into messages until shutdown.
    pub fn timer(&self, shutdown: CancellationToken) -> BoxFuture<'static, ()> {
        Box::pin(work::timer::run(self.app.clone(), shutdown))
    }
}

fn start(ctx: Context) -> BoxFuture<'static, Result<Started, StartError>> {
    Box::pin(async move {
        let parts = Parts::try_new(ctx.outbox, ctx.clock, &ctx.settings)?;
        let (router, subscriptions) = (parts.router(), parts.subscriptions());
        let parts = Arc::new(parts);
        let task = |name, work: fn(&Parts, CancellationToken) -> BoxFuture<'static, ()>| {
            let (parts, shutdown) = (parts.clone(), ctx.shutdown.clone());
            Task::new(name, move || {
                let work = work(&parts, shutdown.clone());
                Box::pin(async move {
                    work.await;
                    Ok(())
                })
            })
        };
        let tasks = vec![
            task("mailer", Parts::mailer),
            task("reminder-timer", Parts::timer),
        ];
        Ok(Started {
            router,
            subscriptions,
            tasks,
        })
    })
}
