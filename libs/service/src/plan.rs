//! What a process is to run.

use std::{collections::BTreeMap, time::Duration};

use clock::Clock;
use database::{Database, Migration};
use tokio::time::{self, Instant};

use crate::{
    Definition, StartError,
    settings::{Settings, Shared},
};

/// Between two looks for a database that is not there yet.
const WAIT_STEP: Duration = Duration::from_millis(500);

/// What a process is to run, and how.
pub struct Plan {
    /// The services, in the order in which they are started.
    pub services: Vec<Definition>,
    /// The service whose router the public port serves. It says itself who may call what; the
    /// others are guarded by `policy` and served on the internal port.
    pub public: Option<&'static str>,
    /// The settings in force.
    pub settings: Settings,
    /// Who may call what.
    pub policy: rpc::access::Policy,
    /// The time that the services go by.
    pub clock: Clock,
    /// The time that deliveries go by: waits, leases, retries. Another one only where the services' is moved
    /// faster than work can follow.
    pub delivery: Clock,
    /// Whether this is `tributary dev`: databases are migrated at start.
    pub dev: bool,
}

/// All migrations of a service: its own and those of messaging.
pub fn migrations(service: &Definition) -> Vec<Migration> {
    let mut all = messaging::MIGRATIONS.to_vec();
    all.extend_from_slice(service.migrations);
    all.sort_by_key(|migration| migration.version);
    all
}

/// Connects the database of a service; waits for `patience` if it is not there yet.
pub async fn connect(
    service: &Definition,
    shared: &Shared,
    patience: Duration,
) -> Result<Database, StartError> {
    let until = Instant::now() + patience;
    loop {
        match Database::connect(&shared.database, service.name).await {
            Ok(database) => return Ok(database),
            Err(error) if error.is_transient() && Instant::now() < until => {
                tracing::warn!(
                    service = service.name,
                    error = &error as &dyn std::error::Error,
                    "database is not there yet; trying again"
                );
                time::sleep(WAIT_STEP).await;
            }
            Err(source) => {
                return Err(StartError::Database {
                    service: service.name,
                    source,
                });
            }
        }
    }
}

/// Creates or brings up to date the tables of a service; returns how many steps were applied.
pub async fn migrate(service: &Definition, database: &Database) -> Result<usize, StartError> {
    let failed = |source| StartError::Database {
        service: service.name,
        source,
    };
    database.migrate(&migrations(service)).await.map_err(failed)
}

/// How many steps are not yet applied.
pub async fn pending(service: &Definition, database: &Database) -> Result<usize, StartError> {
    let failed = |source| StartError::Database {
        service: service.name,
        source,
    };
    database.pending(&migrations(service)).await.map_err(failed)
}

/// Ways to the services that do not run in this process.
pub(crate) fn elsewhere(
    services: &[Definition],
    shared: &Shared,
) -> Result<BTreeMap<String, rpc::Channel>, StartError> {
    let here = |name: &str| services.iter().any(|service| service.name == name);
    shared
        .upstream
        .iter()
        .filter(|(name, _)| !here(name))
        .map(|(name, url)| match rpc::Channel::connect_lazy(url) {
            Ok(channel) => Ok((name.clone(), channel)),
            Err(error) => Err(StartError::other(
                format!("upstream.{name} cannot be used"),
                error,
            )),
        })
        .collect()
}
