#![doc = include_str!("../README.md")]

mod app;
mod buckets;
mod credentials;
mod domain;
mod edge;
mod error;
mod events;
mod passwords;
mod rpc;
mod settings;
mod store;

use ::rpc::AccessLayer;
use database::Migration;
use futures::{FutureExt, future::BoxFuture};
use proto::gateway::v1::gateway_service_server::GatewayServiceServer;
use service::{Context, Definition, StartError, Started};
use tonic::service::Routes;

use crate::{app::App, edge::Parts, rpc::Rpc, settings::Settings};

const MIGRATIONS: &[Migration] = &[
    Migration {
        version: 20_261_122_120_000,
        name: "create_staff",
        sql: include_str!("../migrations/20261122120000_create_staff.sql"),
    },
    Migration {
        version: 20_261_122_120_100,
        name: "create_partner",
        sql: include_str!("../migrations/20261122120100_create_partner.sql"),
    },
];

/// The gateway, to be run by a process. Its router is all that the public port serves.
pub fn definition() -> Definition {
    Definition {
        name: "gateway",
        settings: include_str!("../settings.toml"),
        migrations: MIGRATIONS,
        start,
    }
}

fn start(context: Context) -> BoxFuture<'static, Result<Started, StartError>> {
    async move {
        let settings = Settings::read(&context.settings)?;
        let Context {
            clock,
            outbox,
            channels,
            keys,
            policy,
            dev,
            ..
        } = context;
        let app = App::try_new(outbox, clock, keys.clone(), &settings)
            .map_err(|error| StartError::other("passwords cannot be hashed", error))?;
        let own = Routes::new(GatewayServiceServer::new(Rpc(app.clone())))
            .into_axum_router()
            .layer(AccessLayer::new(policy.clone(), keys.clone()));
        let parts = Parts {
            app,
            own,
            channels,
            keys,
            policy,
            settings,
            dev,
        };
        let router = edge::router(parts).await?;
        Ok(Started {
            router,
            ..Started::default()
        })
    }
    .boxed()
}
