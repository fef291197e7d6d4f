//! A platform with its doors open, a journal, and the knowledge of who listens to whom.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use e2e::{Client, Doors, Mode, Platform, platform::Options};
use serde_json::Value;
use tempfile::TempDir;
use tokio::sync::OnceCell;

use crate::{
    books::Databases,
    journal::{self, Journal, Line},
    wiring::Wiring,
};

/// Enough for anything on a busy machine.
pub const SOON: Duration = Duration::from_mins(1);

/// Between two attempts at something that will work in the end.
const PAUSE: Duration = Duration::from_millis(50);

/// Settings of all tests.
const DEFAULTS: [(&str, &str); 3] = [
    // Passwords are not what is tested, and cost seconds in a build without optimisation.
    ("GATEWAY__PASSWORD_MEMORY_KIB", "64"),
    ("GATEWAY__PASSWORD_PASSES", "1"),
    // What a dead process held comes again after this long; nobody waits a minute for each.
    ("BUS__ACK_WAIT", "2s"),
];

/// A platform under test.
pub struct Stage {
    /// The platform.
    pub platform: Platform,
    /// The administrator, who is an agent too.
    pub admin: Client,
    /// What the client did.
    pub journal: Journal,
    /// Who listens to whom.
    pub wiring: Wiring,
    /// When the test began.
    pub began: Instant,
    path: PathBuf,
    _folder: TempDir,
}

impl Stage {
    /// Starts a platform with the defaults.
    pub async fn set(mode: Mode) -> Result<Self> {
        Self::set_with(mode, Options::default()).await
    }

    /// Starts a platform, and waits until its staff are known everywhere.
    pub async fn set_with(mode: Mode, mut options: Options) -> Result<Self> {
        let began = Instant::now();
        for (key, value) in DEFAULTS {
            let key = format!("TRIBUTARY__{key}");
            options
                .settings
                .entry(key)
                .or_insert_with(|| value.to_owned());
        }
        let platform = Platform::start_with(mode, options).await?;
        let admin = platform.admin().await?;
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("journal");
        let journal = Journal::open(&path)?;
        let wiring = wiring().await?.clone();
        let stage = Self {
            platform,
            admin,
            journal,
            wiring,
            began,
            path,
            _folder: folder,
        };
        stage.complete().await?;
        Ok(stage)
    }

    /// The doors, seen from the platform's own port.
    pub async fn doors(&self) -> Result<Doors> {
        Doors::open(&self.admin).await
    }

    /// Waits until all events are published and settled; gives the databases.
    pub async fn complete(&self) -> Result<Databases> {
        let databases = Databases::open(&self.platform).await?;
        self.wiring.wait_complete(&databases, SOON).await?;
        Ok(databases)
    }

    /// What the client wrote down.
    pub fn lines(&self) -> Result<Vec<Line>> {
        journal::read(&self.path)
    }

    /// Runs the command line on the data of this platform.
    pub fn command(&self, arguments: &[&str]) -> Result<String> {
        let data = self.platform.data().display().to_string();
        let mut arguments = arguments.to_vec();
        let mut environment = BTreeMap::new();
        match &self.platform.postgres {
            Some(postgres) => {
                environment.insert("DATABASE_URL".to_owned(), postgres.url().to_owned());
                let key = "TRIBUTARY__ACCESS__SIGNING_KEY".to_owned();
                environment.insert(key, "test-".repeat(8));
            }
            None => arguments.extend(["--data", &data]),
        }
        e2e::platform::run(&arguments, &environment)
    }

    /// Runs a command that asks this platform, as its administrator.
    pub fn ask(&self, arguments: &[&str]) -> Result<String> {
        let (email, password) = e2e::platform::ADMIN;
        let environment = [
            ("TRIBUTARY_SERVER", self.platform.base.as_str()),
            ("TRIBUTARY_EMAIL", email),
            ("TRIBUTARY_PASSWORD", password),
        ];
        let environment = environment.map(|(key, value)| (key.to_owned(), value.to_owned()));
        e2e::platform::run(arguments, &BTreeMap::from(environment))
    }

    /// Kills a service's process with no chance to clean up.
    pub fn kill(&mut self, service: &str) -> Result<()> {
        let process = self.platform.process(service)?;
        if !process.is_running() {
            bail!("{service} had ended by itself:\n{}", process.tail(30));
        }
        process.kill9()
    }

    /// Starts a service's process again and waits until all are ready.
    pub async fn revive(&mut self, service: &str) -> Result<()> {
        self.platform.process(service)?.restart()?;
        self.platform.wait_ready(SOON).await
    }

    /// Posts until it works, as staff do who saw an error page.
    pub async fn post(&self, path: &str, body: &Value) -> Result<Value> {
        patient(&self.admin, path, body).await
    }
}

/// Posts until it works.
pub async fn patient(client: &Client, path: &str, body: &Value) -> Result<Value> {
    let end = Instant::now() + SOON;
    loop {
        let answer = tokio::time::timeout(SOON, client.post(path, body)).await;
        match answer.context("no answer").and_then(|answer| answer) {
            Ok(answer) => return Ok(answer),
            Err(error) if Instant::now() > end => return Err(error),
            Err(_) => tokio::time::sleep(PAUSE).await,
        }
    }
}

async fn wiring() -> Result<&'static Wiring> {
    static WIRING: OnceCell<Wiring> = OnceCell::const_new();
    WIRING.get_or_try_init(Wiring::read).await
}
