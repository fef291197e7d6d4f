//! Who listens to what, as the services themselves say, and when all of it has arrived.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};

use anyhow::{Result, bail};
use clock::Clock;
use database::Database;
use messaging::{Outbox, Subscription};
use rpc::access::Policy;
use service::{Context, Definition, Idle, Plan, Settings, settings::Loader};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::books::{self, Databases};

/// Between two looks at the databases.
const LOOK: Duration = Duration::from_millis(50);

/// One subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wire {
    /// The listening service.
    pub consumer: &'static str,
    /// The announcing service.
    pub publisher: String,
    /// As the inbox knows it.
    pub name: String,
    /// Full names of the events.
    pub kinds: Vec<String>,
}

/// A service without ports and broker, whose consumers are called by hand.
pub struct Hand {
    /// Its name.
    pub service: &'static str,
    /// Its database.
    pub outbox: Outbox,
    /// What it listens to.
    pub subscriptions: Vec<Subscription>,
}

/// What services are given to start with, without anything running.
pub struct Bench {
    /// Stands still, so that the same events lead to the same moments.
    clock: Clock,
    settings: Settings,
    idle: Idle,
    folder: TempDir,
}

impl Bench {
    /// Makes one with a folder for SQLite files.
    pub async fn start() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let services = tributary::services();
        let sections = services
            .iter()
            .map(|service| (service.name, service.settings));
        let url = format!("sqlite:{}", folder.path().display());
        let key = "test-".repeat(8);
        let settings = Loader::new(sections)
            .preset(
                "test",
                &[("database.url", &url), ("access.signing_key", &key)],
            )
            .load()?;
        let plan = Plan {
            services: Vec::new(),
            public: None,
            settings: settings.clone(),
            policy: Policy::new(proto::POLICY)?,
            clock: Clock::system(),
            delivery: Clock::system(),
            dev: true,
        };
        let (clock, _hands) = Clock::manual(Clock::system().now());
        Ok(Self {
            clock,
            settings,
            idle: service::start_idle(plan).await?,
            folder,
        })
    }

    /// Starts a service on a database of its own, named apart by `run`.
    pub async fn hand(&self, definition: &Definition, run: &str) -> Result<Hand> {
        let folder = self.folder.path().join(run);
        let settings = database::Settings {
            url: format!("sqlite:{}", folder.display()),
            max_connections: 2,
            acquire_timeout: Duration::from_secs(30),
        };
        let database = Database::connect(&settings, definition.name).await?;
        service::migrate(definition, &database).await?;
        self.hand_on(definition, database).await
    }

    /// Starts a service on a database that is there.
    pub async fn hand_on(&self, definition: &Definition, database: Database) -> Result<Hand> {
        let outbox = Outbox::new(database, definition.name);
        let context = Context {
            settings: self.settings.section(definition.name),
            clock: self.clock.clone(),
            outbox: outbox.clone(),
            channels: self.idle.channels().clone(),
            keys: self.idle.keys().clone(),
            policy: Policy::new(proto::POLICY)?,
            dev: true,
            draining: CancellationToken::new(),
            shutdown: CancellationToken::new(),
        };
        let started = (definition.start)(context).await?;
        Ok(Hand {
            service: definition.name,
            outbox,
            subscriptions: started.subscriptions,
        })
    }
}

/// Who listens to what.
#[derive(Debug, Clone)]
pub struct Wiring(pub Vec<Wire>);

impl Wiring {
    /// Asks each service.
    pub async fn read() -> Result<Self> {
        let bench = Bench::start().await?;
        let mut wires = Vec::new();
        for definition in tributary::services() {
            let hand = bench.hand(&definition, "wiring").await?;
            wires.extend(
                hand.subscriptions
                    .iter()
                    .map(|it| wire(definition.name, it)),
            );
            hand.outbox.database().close().await;
        }
        if wires.len() < 5 {
            bail!("services listen to more than {wires:?}");
        }
        Ok(Self(wires))
    }

    /// The subscriptions of a service.
    pub fn of(&self, consumer: &str) -> impl Iterator<Item = &Wire> {
        self.0.iter().filter(move |wire| wire.consumer == consumer)
    }

    /// Waits until every committed event is published, and settled by all who listen to it. Between
    /// two steps towards that no more than `within` may pass.
    pub async fn wait_complete(&self, databases: &Databases, within: Duration) -> Result<()> {
        let mut last = BTreeMap::new();
        let mut since = Instant::now();
        loop {
            let missing = self.missing(databases).await?;
            if missing.is_empty() {
                return Ok(());
            }
            if missing != last {
                since = Instant::now();
            }
            if since.elapsed() > within {
                bail!("for {within:?} there has been missing: {missing:?}");
            }
            last = missing;
            tokio::time::sleep(LOOK).await;
        }
    }

    /// What is not settled, by subscription, and what is not published, by service.
    pub async fn missing(&self, databases: &Databases) -> Result<BTreeMap<String, usize>> {
        let counted = self.counted(databases).await?;
        if !counted.is_empty() {
            return Ok(counted);
        }
        // Equal numbers may hide a loss behind something that was never announced.
        let mut missing = BTreeMap::new();
        for wire in &self.0 {
            let settled = settled_by(databases.of(wire.consumer)?, &wire.name).await?;
            let kinds = "select id, type from outbox";
            let mut left = 0;
            for event in books::query(databases.of(&wire.publisher)?, kinds, []).await? {
                let kind: String = event.try_get("", "type")?;
                let id: Uuid = event.try_get("", "id")?;
                left += usize::from(wire.kinds.contains(&kind) && !settled.contains(&id));
            }
            if left > 0 {
                missing.insert(wire.name.clone(), left);
            }
        }
        Ok(missing)
    }

    /// The same by numbers alone.
    async fn counted(&self, databases: &Databases) -> Result<BTreeMap<String, usize>> {
        // Inboxes first: what they settled later was committed by then, so a look that finds all
        // settled has seen a moment at which nothing was under way.
        let settled = "select consumer as name, count(*) as number from inbox \
                       where state in ('done', 'parked') group by consumer";
        let mut handled: BTreeMap<String, i64> = BTreeMap::new();
        let consumers: BTreeSet<&str> = self.0.iter().map(|wire| wire.consumer).collect();
        for consumer in consumers {
            handled.extend(numbers(databases.of(consumer)?, settled).await?);
        }
        let mut missing = BTreeMap::new();
        let publishers: BTreeSet<&str> = self.0.iter().map(|it| it.publisher.as_str()).collect();
        for publisher in publishers {
            let database = databases.of(publisher)?;
            let waiting = "select count(*) from outbox where published_at is null";
            let waiting = books::count(database, waiting, []).await?;
            if waiting > 0 {
                missing.insert(format!("{publisher} outbox"), usize::try_from(waiting)?);
            }
            let kinds = "select type as name, count(*) as number from outbox group by type";
            let announced = numbers(database, kinds).await?;
            for wire in self.0.iter().filter(|wire| wire.publisher == publisher) {
                let of_kind = wire.kinds.iter().filter_map(|kind| announced.get(kind));
                let handled = handled.get(&wire.name).copied().unwrap_or_default();
                let left = of_kind.sum::<i64>() - handled;
                if left > 0 {
                    missing.insert(wire.name.clone(), usize::try_from(left)?);
                }
            }
        }
        Ok(missing)
    }
}

async fn numbers(database: &Database, sql: &str) -> Result<BTreeMap<String, i64>> {
    let rows = books::query(database, sql, []).await?;
    rows.iter()
        .map(|row| Ok((row.try_get("", "name")?, row.try_get("", "number")?)))
        .collect()
}

async fn settled_by(database: &Database, consumer: &str) -> Result<BTreeSet<Uuid>> {
    let settled = "select event_id from inbox where consumer = $1 and state in ('done', 'parked')";
    let rows = books::query(database, settled, [consumer.into()]).await?;
    rows.iter()
        .map(|row| Ok(row.try_get("", "event_id")?))
        .collect()
}

fn wire(consumer: &'static str, subscription: &Subscription) -> Wire {
    Wire {
        consumer,
        publisher: subscription.publisher().to_owned(),
        name: subscription.name().to_owned(),
        kinds: subscription.kinds().map(str::to_owned).collect(),
    }
}
