//! A whole platform: one embedded process, or a process per service on PostgreSQL and NATS.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    net::{SocketAddr, TcpListener},
    path::Path,
    process::Command,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use serde_json::json;
use tempfile::TempDir;
use testkit::{NatsServer, PostgresCluster, PostgresDatabase};

use crate::{Client, Process, process::binary};

/// The services that run as processes of their own in a cluster; the gateway comes last.
pub const SERVICES: [&str; 8] = [
    "intake",
    "customers",
    "deals",
    "contracts",
    "campaigns",
    "notifications",
    "analytics",
    "gateway",
];

/// The administrator of a test, who is an agent and a head as well.
pub const ADMIN: (&str, &str) = ("ivy@example.org", "correct horse battery");

/// How the platform runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// One process, SQLite, embedded bus.
    Embedded,
    /// A process per service, PostgreSQL, NATS.
    Cluster,
}

/// What differs from the defaults.
#[derive(Clone, Default)]
pub struct Options {
    /// Settings as environment variables, e.g. `TRIBUTARY__NOTIFICATIONS__SMTP_URL`.
    pub settings: BTreeMap<String, String>,
    /// Port of the database as seen by the services, to put a proxy between.
    pub database_proxy: Option<SocketAddr>,
    /// A database server of the test's own, to crash it; the shared one without.
    pub postgres: Option<Arc<PostgresCluster>>,
}

/// A running platform; dropped, all of it is gone.
pub struct Platform {
    /// How it runs.
    pub mode: Mode,
    /// `http://127.0.0.1:…`, the public port.
    pub base: String,
    /// Its processes by name; `dev` alone in embedded mode.
    pub processes: BTreeMap<String, Process>,
    /// The broker of a cluster.
    pub nats: Option<NatsServer>,
    /// The database of a cluster.
    pub postgres: Option<PostgresDatabase>,
    /// Data and logs.
    pub folder: TempDir,
    /// When it was started.
    pub began: Instant,
    /// How long it took until it was ready.
    pub ready_after: Duration,
}

impl Platform {
    /// Starts a platform with the defaults.
    pub async fn start(mode: Mode) -> Result<Self> {
        Self::start_with(mode, Options::default()).await
    }

    /// Starts a platform and waits until it is ready.
    pub async fn start_with(mode: Mode, options: Options) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let mut platform = match mode {
            Mode::Embedded => Self::embedded(folder, &options)?,
            Mode::Cluster => Self::cluster(folder, &options).await?,
        };
        platform.wait_ready(Duration::from_mins(1)).await?;
        platform.ready_after = platform.began.elapsed();
        Ok(platform)
    }

    fn embedded(folder: TempDir, options: &Options) -> Result<Self> {
        let data = folder.path().join("data");
        let data_text = data.display().to_string();
        let port = free_ports(2)?;
        let ops = port + 1;
        let begun = Instant::now();
        let arguments = ["dev", "--data", &data_text, "--port", &port.to_string()];
        let process = Process::start(
            "dev",
            &arguments,
            environment(options, []),
            ops,
            folder.path(),
        )?;
        Ok(Self {
            mode: Mode::Embedded,
            base: format!("http://127.0.0.1:{port}"),
            processes: BTreeMap::from([("dev".to_owned(), process)]),
            nats: None,
            postgres: None,
            folder,
            began: begun,
            ready_after: Duration::ZERO,
        })
    }

    async fn cluster(folder: TempDir, options: &Options) -> Result<Self> {
        let own = options.postgres.as_deref();
        let postgres = own.unwrap_or_else(|| testkit::postgres()).database().await;
        let nats = testkit::nats();
        let mut shared = BTreeMap::from([
            ("DATABASE_URL".to_owned(), postgres.url().to_owned()),
            ("NATS_URL".to_owned(), nats.url()),
            (
                "TRIBUTARY__ACCESS__SIGNING_KEY".to_owned(),
                "test-".repeat(8),
            ),
            ("TRIBUTARY__LISTEN__LINGER".to_owned(), "0s".to_owned()),
        ]);
        run(&["migrate"], &shared)?;
        let mut ports = BTreeMap::new();
        for service in SERVICES {
            let port = free_ports(3)?;
            ports.insert(service, port);
            if service != "gateway" {
                let key = format!("TRIBUTARY__UPSTREAM__{}", service.to_uppercase());
                shared.insert(key, format!("http://127.0.0.1:{port}"));
            }
        }
        create_admin(folder.path(), &shared)?;
        let begun = Instant::now();
        let mut processes = BTreeMap::new();
        for (service, port) in &ports {
            let own = [
                (
                    "TRIBUTARY__LISTEN__INTERNAL".to_owned(),
                    format!("127.0.0.1:{port}"),
                ),
                (
                    "TRIBUTARY__LISTEN__OPS".to_owned(),
                    format!("127.0.0.1:{}", port + 1),
                ),
                (
                    "TRIBUTARY__LISTEN__PUBLIC".to_owned(),
                    format!("127.0.0.1:{}", port + 2),
                ),
            ];
            let mut environment = environment(options, own);
            environment.extend(shared.clone());
            if let Some(proxy) = options.database_proxy {
                let (_, name) = postgres.url().rsplit_once('/').context("database name")?;
                let url = format!("postgres://postgres@{proxy}/{name}");
                environment.insert("DATABASE_URL".to_owned(), url);
            }
            let process = Process::start(
                service,
                &["serve", service],
                environment,
                port + 1,
                folder.path(),
            )?;
            processes.insert((*service).to_owned(), process);
        }
        Ok(Self {
            mode: Mode::Cluster,
            base: format!("http://127.0.0.1:{}", ports["gateway"] + 2),
            processes,
            nats: Some(nats),
            postgres: Some(postgres),
            folder,
            began: begun,
            ready_after: Duration::ZERO,
        })
    }

    /// Waits until every process says that it is ready.
    pub async fn wait_ready(&mut self, within: Duration) -> Result<()> {
        let http = reqwest::Client::new();
        let end = Instant::now() + within;
        for process in self.processes.values_mut() {
            let url = format!("http://127.0.0.1:{}/readyz", process.ops);
            loop {
                let answer = http.get(&url).timeout(Duration::from_secs(2)).send().await;
                if answer
                    .as_ref()
                    .is_ok_and(|answer| answer.status().is_success())
                {
                    break;
                }
                if Instant::now() > end || !process.is_running() {
                    let said = match answer {
                        Ok(answer) => answer.text().await.unwrap_or_default(),
                        Err(error) => error.to_string(),
                    };
                    bail!(
                        "{} is not ready: {said}\n{}",
                        process.name,
                        process.tail(40)
                    );
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        }
        Ok(())
    }

    /// The administrator, signed in; made on first use in embedded mode with what `dev` printed.
    pub async fn admin(&self) -> Result<Client> {
        if self.mode == Mode::Cluster {
            return Client::sign_in(&self.base, ADMIN.0, ADMIN.1).await;
        }
        let line = self.sign_in_line().await?;
        let words: Vec<&str> = line.split_whitespace().collect();
        let slash = words
            .iter()
            .position(|word| *word == "/")
            .context("no password")?;
        let first = Client::sign_in(&self.base, words[slash - 1], words[slash + 1]).await?;
        let ivy = json!({
            "name": "Ivy", "email": ADMIN.0, "password": ADMIN.1, "locale": "en",
            "roles": ["admin", "head", "agent"],
        });
        let known = first.list("/v1/staff", "staff").await?;
        if !known.iter().any(|staff| staff["email"] == ADMIN.0) {
            first.post("/v1/staff", &ivy).await?;
        }
        Client::sign_in(&self.base, ADMIN.0, ADMIN.1).await
    }

    /// What `dev` printed for the first administrator; it comes after the platform is ready.
    async fn sign_in_line(&self) -> Result<String> {
        let end = Instant::now() + Duration::from_secs(30);
        loop {
            let said = self.processes["dev"].tail(10_000);
            if let Some(line) = said.lines().find(|line| line.contains("sign in ")) {
                return Ok(line.to_owned());
            }
            if Instant::now() > end {
                bail!("no sign-in:\n{said}");
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Process that runs a service.
    pub fn process(&mut self, service: &str) -> Result<&mut Process> {
        let name = if self.mode == Mode::Embedded {
            "dev"
        } else {
            service
        };
        self.processes
            .get_mut(name)
            .with_context(|| format!("no process {name}"))
    }

    /// Sum of a metric over all processes and labels.
    pub async fn metric(&self, name: &str) -> Result<f64> {
        let http = reqwest::Client::new();
        let mut sum = 0.0;
        for process in self.processes.values() {
            let url = format!("http://127.0.0.1:{}/metrics", process.ops);
            let text = http.get(&url).send().await?.text().await?;
            for line in text.lines().filter(|line| !line.starts_with('#')) {
                let rest = line.strip_prefix(name).unwrap_or_default();
                if rest.starts_with('{') || rest.starts_with(' ') {
                    let value = line.rsplit(' ').next().unwrap_or_default();
                    sum += value.parse::<f64>().unwrap_or(0.0);
                }
            }
        }
        Ok(sum)
    }

    /// Waits until nothing is left to publish or to consume, and stays so; says since when. The
    /// processes measure once a second.
    pub async fn wait_caught_up(&self, within: Duration) -> Result<Instant> {
        const LEFT: [&str; 3] = [
            "messaging_outbox_backlog",
            "messaging_consumer_pending",
            "messaging_consumer_in_flight",
        ];
        let end = Instant::now() + within;
        let mut quiet_since: Option<Instant> = None;
        loop {
            let mut left = 0.0;
            for name in LEFT {
                left += self.metric(name).await?;
            }
            if left > 0.0 {
                quiet_since = None;
            }
            let since = *quiet_since.get_or_insert_with(Instant::now);
            // Longer than the processes take between two measurements.
            if left == 0.0 && since.elapsed() > Duration::from_millis(2_500) {
                return Ok(since);
            }
            if Instant::now() > end {
                bail!("{left} messages are left after {within:?}");
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Where a service's rows lie, for checkers that look behind the doors.
    pub async fn database(&self, service: &'static str) -> Result<database::Database> {
        let url = match &self.postgres {
            Some(postgres) => postgres.url().to_owned(),
            None => format!("sqlite:{}", self.data().display()),
        };
        let settings = database::Settings {
            url,
            max_connections: 2,
            acquire_timeout: Duration::from_secs(10),
        };
        Ok(database::Database::connect(&settings, service).await?)
    }

    /// Data folder of embedded mode.
    pub fn data(&self) -> std::path::PathBuf {
        self.folder.path().join("data")
    }
}

/// Makes the first administrator from the command line.
fn create_admin(folder: &Path, environment: &BTreeMap<String, String>) -> Result<()> {
    let password = folder.join("password");
    fs::write(&password, ADMIN.1)?;
    let file = password.display().to_string();
    let (email, roles) = (
        ADMIN.0,
        ["--role", "admin", "--role", "head", "--role", "agent"],
    );
    let mut arguments = vec![
        "staff",
        "create",
        "Ivy",
        "--email",
        email,
        "--password-file",
        &file,
    ];
    arguments.extend(roles);
    run(&arguments, environment)?;
    Ok(())
}

/// Runs a command of the binary to its end.
pub fn run(arguments: &[&str], environment: &BTreeMap<String, String>) -> Result<String> {
    let output = Command::new(binary()?)
        .args(arguments)
        .envs(environment)
        .output()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if !output.status.success() {
        let error = String::from_utf8_lossy(&output.stderr);
        bail!(
            "tributary {}: {}\n{text}{error}",
            arguments.join(" "),
            output.status
        );
    }
    Ok(text)
}

fn environment<const N: usize>(
    options: &Options,
    own: [(String, String); N],
) -> BTreeMap<String, String> {
    // Tests come from one address and as fast as they can.
    let mut all = BTreeMap::from([("TRIBUTARY__GATEWAY__DOOR_RATE".to_owned(), "0".to_owned())]);
    all.extend(own);
    all.extend(options.settings.clone());
    all
}

/// The first of `count` adjacent free ports; every caller of this process gets others.
///
/// They are below those that the system gives to outgoing connections: while a killed process is
/// away, a client that tries to reach it must not be given its port to connect from.
fn free_ports(count: u16) -> Result<u16> {
    static GIVEN: std::sync::Mutex<BTreeSet<u16>> = std::sync::Mutex::new(BTreeSet::new());
    for _ in 0..200 {
        let first = rand::random_range(10_000..32_000);
        let last = first + count;
        let mut given = GIVEN.lock().map_err(|_| anyhow::anyhow!("poisoned"))?;
        let free = (first..last)
            .all(|port| !given.contains(&port) && TcpListener::bind(("127.0.0.1", port)).is_ok());
        if free {
            given.extend(first..last);
            return Ok(first);
        }
    }
    bail!("no {count} adjacent free ports")
}

/// The text of a log, to show what a process said.
pub fn log(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(format!("{name}.log"))).unwrap_or_default()
}
