//! A service that keeps what it hears, and some of whose calls do not end.

use std::{path::Path, sync::Arc, time::Duration};

use axum::{Router, routing::any};
use clock::Clock;
use database::Migration;
use futures::{FutureExt, future::BoxFuture};
use messaging::{Event, Handler, HandlerError, Outbox, Received, Subscription, Tx};
use sea_orm::{ConnectionTrait, Statement};
use service::{
    Context, Definition, Plan, Running, StartError, Started, Task,
    settings::{Environment, Loader},
};
use tempfile::TempDir;

pub(crate) const PING: &str = "/tributary.probe.v1.ProbeService/Ping";
/// Open to all, answered at once.
pub(crate) const HELLO: &str = "/tributary.probe.v1.ProbeService/Hello";
/// Goes on until no further requests are taken.
pub(crate) const ENDLESS: &str = "/tributary.probe.v1.ProbeService/Endless";
/// Never ends by itself.
pub(crate) const STUCK: &str = "/tributary.probe.v1.ProbeService/Stuck";

const SETTINGS: &str = r"
[probe]
# Whether the background work fails.
failing = false
";

#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Heard {
    #[prost(string, tag = "1")]
    pub(crate) word: String,
}

impl prost::Name for Heard {
    const PACKAGE: &'static str = "tributary.probe.v1";
    const NAME: &'static str = "Heard";
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    failing: bool,
}

pub(crate) fn definition() -> Definition {
    Definition {
        name: "probe",
        settings: SETTINGS,
        migrations: &[Migration {
            version: 20_260_101_000_000,
            name: "create_word",
            sql: "create table word (word text not null)",
        }],
        start: |context| async move { start(&context) }.boxed(),
    }
}

fn start(context: &Context) -> Result<Started, StartError> {
    let settings: Settings = context.settings.parse()?;
    let draining = context.draining.clone();
    let router = Router::new()
        .route(PING, any(async || "pong"))
        .route(HELLO, any(async || "hello"))
        .route(STUCK, any(async || std::future::pending::<&str>().await))
        .route(
            ENDLESS,
            any(async move || {
                draining.cancelled().await;
                "ended"
            }),
        );
    let shutdown = context.shutdown.clone();
    let work = move || {
        let shutdown = shutdown.clone();
        async move {
            anyhow::ensure!(!settings.failing, "no luck");
            shutdown.cancelled().await;
            Ok(())
        }
        .boxed()
    };
    Ok(Started {
        router,
        subscriptions: vec![Subscription::new("probe", "probe").on::<Heard>(Arc::new(Keep))],
        tasks: vec![Task::new("worker", work)],
    })
}

struct Keep;

impl Handler<Heard> for Keep {
    fn handle<'a>(
        &'a self,
        tx: &'a Tx,
        event: &'a Received<Heard>,
    ) -> BoxFuture<'a, Result<(), HandlerError>> {
        async move {
            let word = event.message.word.as_str();
            let statement = Statement::from_sql_and_values(
                tx.connection().get_database_backend(),
                "insert into word (word) values ($1)",
                [word.into()],
            );
            tx.connection()
                .execute_raw(statement)
                .await
                .map_err(database::Error::from)?;
            Ok(())
        }
        .boxed()
    }
}

/// Says a word; the service hears it through its own events.
pub(crate) async fn say(running: &Running, word: &str) {
    let database = running.database("probe").unwrap();
    let outbox = Outbox::new(database.clone(), "probe");
    let tx = outbox.begin().await.unwrap();
    let heard = Heard {
        word: word.to_owned(),
    };
    tx.publish(Event::new(&heard, word, 1, Clock::system().now()))
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

/// The words the service has kept.
pub(crate) async fn words(running: &Running) -> Vec<String> {
    let database = running.database("probe").unwrap().reader();
    let statement =
        Statement::from_string(database.get_database_backend(), "select word from word");
    let rows = database.query_all_raw(statement).await.unwrap();
    rows.iter()
        .map(|row| row.try_get("", "word").unwrap())
        .collect()
}

/// A plan of the service alone, on files in `data`, on free ports.
pub(crate) fn plan(data: &Path, variables: &[(&str, &str)]) -> Plan {
    let service = definition();
    let url = format!("sqlite:{}", data.display());
    let settings = Loader::new([(service.name, service.settings)])
        .preset(
            "test",
            &[
                ("database.url", url.as_str()),
                ("access.signing_key", "0123456789abcdef0123456789abcdef"),
                ("listen.public", ""),
                ("listen.internal", "127.0.0.1:0"),
                ("listen.ops", "127.0.0.1:0"),
                ("listen.linger", "0s"),
            ],
        )
        .environment(&Environment::of(variables.iter().copied()))
        .load()
        .unwrap();
    Plan {
        services: vec![service],
        public: None,
        settings,
        policy: rpc::access::Policy::new(&[
            (PING, &["service"]),
            (HELLO, &["anyone"]),
            (STUCK, &["anyone"]),
            (ENDLESS, &["anyone"]),
        ])
        .unwrap(),
        clock: Clock::system(),
        delivery: Clock::system(),
        dev: true,
    }
}

/// The service, started; its data goes when the folder is dropped.
pub(crate) async fn started(variables: &[(&str, &str)]) -> (Running, TempDir) {
    let data = TempDir::new().unwrap();
    let running = service::start(plan(data.path(), variables)).await.unwrap();
    (running, data)
}

pub(crate) fn ops(running: &Running, path: &str) -> String {
    format!("http://{}{path}", running.addresses().ops.unwrap())
}

pub(crate) fn internal(running: &Running, path: &str) -> String {
    format!("http://{}{path}", running.addresses().internal.unwrap())
}

/// How long a condition may take to be met.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);
