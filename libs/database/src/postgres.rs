//! A pool of sessions bound to one schema.

use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions, Connection, PgPool};

use crate::error::Error;
use crate::pool::Settings;

/// How long an idle session is used again without asking the server: shorter than any restart of it, so that
/// nobody gets a session of before.
const TRUSTED_FOR: Duration = Duration::from_millis(100);

/// Takes back, until the end of the transaction, what [`connect`] forbids. A statement that serves a day and twenty years
/// alike is planned anew each time; the compiler stays off, it costs more than it saves in parts of a second. Groups and
/// sorts of a report stay in memory (the server gives each of them 4 MB otherwise).
pub(crate) const ALL_PLANS: &str = "set local enable_seqscan = on; \
    set local enable_bitmapscan = on; \
    set local enable_hashjoin = on; \
    set local enable_mergejoin = on; \
    set local plan_cache_mode = force_custom_plan; \
    set local work_mem = '32MB'";

pub(crate) async fn connect(settings: &Settings, schema: &str) -> Result<PgPool, Error> {
    let options = settings
        .url
        .parse::<PgConnectOptions>()?
        .application_name(&format!("tributary-{schema}"))
        // Set by the session, so that no server-wide setting can make an acknowledged commit forgettable.
        .options([("search_path", schema), ("synchronous_commit", "on")])
        // Services read by key or by range. A plan that reads a whole table comes from a statement prepared while
        // the table was empty, and stays until the next ANALYZE, minutes into a rush. Where no index serves, the
        // price of such a plan is beyond any measure, and the compiler would be called for it.
        // A bitmap scan of a queue goes through all that was ever in it, and never tidies the index.
        .options(
            ["seqscan", "bitmapscan", "hashjoin", "mergejoin"]
                .map(|plan| (format!("enable_{plan}"), "off")),
        )
        .options([("jit", "off")])
        .disable_statement_logging();
    let pool = PgPoolOptions::new()
        .max_connections(settings.max_connections)
        .acquire_timeout(settings.acquire_timeout)
        // A question before every transaction would be a round trip each; one that was in use a moment ago is alive.
        .test_before_acquire(false)
        .before_acquire(|session, about| {
            Box::pin(async move {
                if about.idle_for > TRUSTED_FOR {
                    session.ping().await?;
                }
                Ok(true)
            })
        })
        .connect_with(options)
        .await?;
    Ok(pool)
}
