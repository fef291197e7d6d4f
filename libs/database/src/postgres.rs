//! A pool of sessions bound to one schema.

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions, PgPool};

use crate::error::Error;
use crate::pool::Settings;

pub(crate) async fn connect(settings: &Settings, schema: &str) -> Result<PgPool, Error> {
    let options = settings
        .url
        .parse::<PgConnectOptions>()?
        .application_name(&format!("tributary-{schema}"))
        // Set by the session, so that no server-wide setting can make an acknowledged commit forgettable.
        .options([("search_path", schema), ("synchronous_commit", "on")])
        .disable_statement_logging();
    let pool = PgPoolOptions::new()
        .max_connections(settings.max_connections)
        .acquire_timeout(settings.acquire_timeout)
        .connect_with(options)
        .await?;
    Ok(pool)
}
