//! Two transports, two databases, an event and a handler that writes down what it saw.

mod bus;
mod recorder;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use clock::Clock;
use database::{Database, Migration};
use messaging::{
    Error, Event, MIGRATIONS, Outbox, Relay, Settings, SharedTransport, Subscription,
    transport::{ConsumerSpec, Durable, StreamSpec},
};
use prost::Name;
use sea_orm::{ConnectionTrait, Statement};
use testkit::{Storage, eventually, storages};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

pub(crate) use self::{
    bus::{Bus, buses, embedded_bus},
    recorder::{Recorder, batch_ledger, ledger},
};

pub(crate) const DEADLINE: Duration = Duration::from_secs(30);

/// An event of the service `shop`.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Sold {
    #[prost(int64, tag = "1")]
    pub(crate) number: i64,
}

impl Name for Sold {
    const NAME: &'static str = "Sold";
    const PACKAGE: &'static str = "tributary.shop.v1";
}

/// Another one.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Returned {
    #[prost(int64, tag = "1")]
    pub(crate) number: i64,
}

impl Name for Returned {
    const NAME: &'static str = "Returned";
    const PACKAGE: &'static str = "tributary.shop.v1";
}

pub(crate) fn sold(number: i64) -> Event {
    Event::new(
        &Sold { number },
        format!("sale_{number}"),
        1,
        Clock::system().now(),
    )
}

pub(crate) fn shop_stream() -> StreamSpec {
    StreamSpec {
        name: "tributary-shop".to_owned(),
        subjects: vec!["tributary.shop.v1.>".to_owned()],
        max_age: Duration::from_hours(1),
        duplicate_window: Duration::from_mins(1),
        replicas: 1,
    }
}

pub(crate) fn durable(name: &str) -> ConsumerSpec {
    ConsumerSpec {
        durable: Durable {
            stream: "tributary-shop".to_owned(),
            name: name.to_owned(),
        },
        filters: Vec::new(),
        ack_wait: Duration::from_secs(30),
        max_in_flight: 10_000,
    }
}

/// Short delays, so that a test sees all of them.
pub(crate) fn quick() -> Settings {
    Settings {
        relay_lease: Duration::from_millis(300),
        check_interval: Duration::from_millis(500),
        ack_wait: Duration::from_secs(2),
        fetch_wait: Duration::from_millis(200),
        retry_delays: [20, 40].map(Duration::from_millis).to_vec(),
        parked_poll: Duration::from_millis(50),
        stop_grace: Duration::from_millis(200),
        ..Settings::default()
    }
}

const EFFECTS: Migration = Migration {
    version: 20_261_122_110_000,
    name: "create_effect",
    sql: "create table effect (event_id uuid not null, number bigint not null);",
};

pub(crate) fn migrations() -> Vec<Migration> {
    let own = MIGRATIONS.iter().map(|step| Migration {
        version: step.version,
        name: step.name,
        sql: step.sql,
    });
    own.chain([EFFECTS]).collect()
}

/// A publishing and a consuming service in one place.
pub(crate) struct Place {
    storage: Storage,
}

pub(crate) async fn places() -> Vec<Place> {
    let storages = storages().await;
    storages
        .into_iter()
        .map(|storage| Place { storage })
        .collect()
}

/// Each database with each broker, all fresh.
pub(crate) async fn combinations() -> Vec<(String, Place, Bus)> {
    let mut all = Vec::new();
    for round in 0..2 {
        for place in places().await {
            let bus = buses().into_iter().nth(round).unwrap();
            all.push((format!("{} {}", place.label(), bus.label()), place, bus));
        }
    }
    all
}

impl Place {
    pub(crate) fn sqlite() -> Self {
        Self {
            storage: Storage::sqlite(),
        }
    }

    pub(crate) async fn postgres() -> Self {
        Self {
            storage: Storage::postgres().await,
        }
    }

    pub(crate) fn label(&self) -> &'static str {
        self.storage.label()
    }

    /// The outbox of a service, as one process of it opens it.
    pub(crate) async fn outbox(&self, service: &'static str) -> Outbox {
        let database = self.storage.database(service, &migrations()).await;
        Outbox::new(database, service)
    }
}

pub(crate) async fn publish(outbox: &Outbox, numbers: impl IntoIterator<Item = i64>) {
    let tx = outbox.begin().await.unwrap();
    let events = numbers.into_iter().map(sold).collect();
    tx.publish_all(events).await.unwrap();
    tx.commit().await.unwrap();
}

/// Numbers of the events that had an effect, and how often.
pub(crate) async fn effects(database: &Database) -> BTreeMap<i64, i64> {
    let sql = "select number, count(*) as times from effect group by number";
    let statement = Statement::from_string(database.backend().into(), sql);
    let rows = database.reader().query_all_raw(statement).await.unwrap();
    rows.iter()
        .map(|row| {
            let number = row.try_get("", "number").unwrap();
            (number, row.try_get("", "times").unwrap())
        })
        .collect()
}

/// Waits until exactly these events had their effect, each once.
pub(crate) async fn await_effects(label: &str, outbox: &Outbox, wanted: std::ops::Range<i64>) {
    let wanted: BTreeMap<i64, i64> = wanted.map(|number| (number, 1)).collect();
    eventually(DEADLINE, || async {
        let found = effects(outbox.database()).await;
        if found == wanted {
            return Ok(());
        }
        let doubled = found.values().filter(|times| **times != 1).count();
        Err(format!(
            "{label}: {} of {} effects, {doubled} doubled",
            found.len(),
            wanted.len()
        ))
    })
    .await;
}

pub(crate) async fn await_published(label: &str, outbox: &Outbox) {
    eventually(DEADLINE, || async {
        let waiting = messaging::outbox::pending(outbox.database()).await.unwrap();
        if waiting.is_empty() {
            Ok(())
        } else {
            Err(format!("{label}: {} events wait", waiting.len()))
        }
    })
    .await;
}

/// Relays and consumers that run until they are stopped.
pub(crate) struct Running {
    shutdown: CancellationToken,
    tasks: JoinSet<Result<(), Error>>,
    settings: Settings,
}

impl Running {
    pub(crate) fn new(settings: Settings) -> Self {
        Self {
            shutdown: CancellationToken::new(),
            tasks: JoinSet::new(),
            settings,
        }
    }

    pub(crate) fn relay(&mut self, outbox: &Outbox, transport: &SharedTransport) {
        self.tasks.spawn(Relay::run(
            outbox.clone(),
            Arc::clone(transport),
            Clock::system(),
            self.settings.clone(),
            self.shutdown.clone(),
        ));
    }

    pub(crate) fn consumer(
        &mut self,
        subscription: Subscription,
        outbox: &Outbox,
        transport: &SharedTransport,
    ) {
        self.tasks.spawn(subscription.run(
            outbox.clone(),
            Arc::clone(transport),
            Clock::system(),
            self.settings.clone(),
            self.shutdown.clone(),
        ));
    }

    /// Ends all in good order.
    pub(crate) async fn stop(mut self) {
        self.shutdown.cancel();
        while let Some(ended) = self.tasks.join_next().await {
            ended.unwrap().unwrap();
        }
    }

    /// Ends all where they are, as a kill does.
    pub(crate) async fn kill(mut self) {
        self.tasks.shutdown().await;
    }
}
