//! The sections of the process itself, as types.

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use serde::Deserialize;
use toml::{Table, Value};

use super::{Error, Settings, duration, durations};

/// A shorter key could be guessed.
const KEY_MIN: usize = 32;

/// What the process itself needs to know.
#[derive(Clone)]
pub struct Shared {
    /// Ports and the pace of stopping.
    pub listen: Listen,
    /// The one place where state is kept.
    pub database: database::Settings,
    /// How long starting waits for a database that is not there yet.
    pub database_wait: Duration,
    /// NATS servers; the embedded bus without any.
    pub nats: Option<String>,
    /// How events are kept, published and retried.
    pub messaging: messaging::Settings,
    /// File of the embedded bus, if it is not beside the SQLite files.
    pub bus: Option<PathBuf>,
    /// Who may call.
    pub access: Access,
    /// Logs, traces and metrics.
    pub telemetry: telemetry::Settings,
    /// Addresses of services in other processes.
    pub upstream: BTreeMap<String, String>,
}

/// `[listen]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listen {
    /// Port of the gateway.
    pub public: String,
    /// Port for probes and metrics.
    pub ops: String,
    /// Port for calls between services.
    pub internal: String,
    /// How long requests are still taken after the signal to stop.
    #[serde(deserialize_with = "duration")]
    pub linger: Duration,
    /// How long requests under way may take after that.
    #[serde(deserialize_with = "duration")]
    pub drain: Duration,
    /// How long background work may take after that.
    #[serde(deserialize_with = "duration")]
    pub wind_down: Duration,
    /// Connections open at once on one port.
    pub max_connections: usize,
}

/// `[access]`.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Access {
    /// Secret with which services sign who calls.
    pub signing_key: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Database {
    url: String,
    max_connections: u32,
    #[serde(deserialize_with = "duration")]
    acquire_timeout: Duration,
    #[serde(deserialize_with = "duration")]
    wait: Duration,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Bus {
    path: String,
    replicas: usize,
    #[serde(deserialize_with = "duration")]
    stream_max_age: Duration,
    #[serde(deserialize_with = "duration")]
    duplicate_window: Duration,
    #[serde(deserialize_with = "duration")]
    horizon: Duration,
    #[serde(deserialize_with = "duration")]
    inbox_horizon: Duration,
    relay_batch: u64,
    #[serde(deserialize_with = "duration")]
    relay_lease: Duration,
    #[serde(deserialize_with = "duration")]
    rush_delay: Duration,
    #[serde(deserialize_with = "duration")]
    check_interval: Duration,
    batch: usize,
    #[serde(deserialize_with = "duration")]
    ack_wait: Duration,
    max_in_flight: u32,
    #[serde(deserialize_with = "durations")]
    retry_delays: Vec<Duration>,
    #[serde(deserialize_with = "duration")]
    parked_poll: Duration,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Telemetry {
    log: String,
    format: Format,
    endpoint: String,
    sample: f64,
    #[serde(deserialize_with = "duration")]
    metrics_interval: Duration,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Format {
    Auto,
    Human,
    Json,
}

impl Shared {
    pub(super) fn read(settings: &Settings) -> Result<Self, Error> {
        let database: Database = settings.section("database").parse()?;
        let bus: Bus = settings.section("bus").parse()?;
        let telemetry: Telemetry = settings.section("telemetry").parse()?;
        let upstream: Table = settings.section("upstream").parse()?;
        let present = |key| settings.text(key).map(str::to_owned);
        Ok(Self {
            listen: settings.section("listen").parse()?,
            database_wait: database.wait,
            database: database::Settings {
                url: database.url,
                max_connections: database.max_connections,
                acquire_timeout: database.acquire_timeout,
            },
            nats: present("nats.url"),
            bus: (!bus.path.is_empty()).then(|| PathBuf::from(&bus.path)),
            messaging: bus.into(),
            access: settings.section("access").parse()?,
            telemetry: telemetry.into(),
            upstream: upstream.into_iter().filter_map(address).collect(),
        })
    }

    /// Refuses settings with which no process can run; all problems at once.
    pub fn complete(&self) -> Result<(), Error> {
        let checks = [self.names_database(), self.names_bus(), self.names_key()];
        let problems: Vec<String> = checks
            .into_iter()
            .filter_map(Result::err)
            .flat_map(|error| error.problems)
            .collect();
        if problems.is_empty() {
            Ok(())
        } else {
            Err(Error { problems })
        }
    }

    /// Refuses settings without a database.
    pub fn names_database(&self) -> Result<(), Error> {
        given(
            !self.database.url.is_empty(),
            "database.url is not set: set DATABASE_URL to postgres://… or sqlite:<folder>",
        )
    }

    /// Refuses settings without a broker, or with a file for one that is named nowhere.
    fn names_bus(&self) -> Result<(), Error> {
        given(
            self.nats.is_some() || self.bus_file().is_some() || self.database.url.is_empty(),
            "nats.url is not set: set NATS_URL, or bus.path if all services run in one process",
        )
    }

    /// Refuses settings without a signing key, or with one that could be guessed.
    pub fn names_key(&self) -> Result<(), Error> {
        given(
            self.access.signing_key.len() >= KEY_MIN,
            "access.signing_key needs at least 32 bytes: set TRIBUTARY__ACCESS__SIGNING_KEY, or \
             TRIBUTARY__ACCESS__SIGNING_KEY_FILE to a file that holds it; the same in every process",
        )
    }

    /// Where the embedded bus is kept: beside the SQLite files unless told otherwise.
    pub fn bus_file(&self) -> Option<PathBuf> {
        let beside =
            || Some(PathBuf::from(self.database.url.strip_prefix("sqlite:")?).join("bus.db"));
        self.bus.clone().or_else(beside)
    }
}

fn given(condition: bool, problem: &str) -> Result<(), Error> {
    if condition {
        Ok(())
    } else {
        Err(Error::new(problem))
    }
}

fn address((service, url): (String, Value)) -> Option<(String, String)> {
    let url = url.as_str()?.to_owned();
    (!url.is_empty()).then_some((service, url))
}

impl From<Bus> for messaging::Settings {
    fn from(section: Bus) -> Self {
        Self {
            stream_max_age: section.stream_max_age,
            duplicate_window: section.duplicate_window,
            replicas: section.replicas,
            relay_batch: section.relay_batch,
            relay_lease: section.relay_lease,
            rush_delay: section.rush_delay,
            check_interval: section.check_interval,
            horizon: section.horizon,
            batch: section.batch,
            ack_wait: section.ack_wait,
            max_in_flight: section.max_in_flight,
            retry_delays: section.retry_delays,
            parked_poll: section.parked_poll,
            inbox_horizon: section.inbox_horizon,
            ..Self::default()
        }
    }
}

impl From<Telemetry> for telemetry::Settings {
    fn from(section: Telemetry) -> Self {
        Self {
            filter: section.log,
            format: match section.format {
                Format::Auto => telemetry::Format::Auto,
                Format::Human => telemetry::Format::Human,
                Format::Json => telemetry::Format::Json,
            },
            endpoint: (!section.endpoint.is_empty()).then_some(section.endpoint),
            sample: section.sample,
            metrics_interval: section.metrics_interval,
            ..Self::default()
        }
    }
}
