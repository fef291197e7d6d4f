//! An analytics service on a fresh database, with hands on its clock.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use analytics::app::App;
use analytics::store::digest::{self, Digest, Texts};
use analytics::store::generations;
use analytics::{builder, projector};
use chrono::{DateTime, Utc};
use clock::{Clock, Hands};
use ids::StaffId;
use messaging::{Delivered, Event, HandlerError, Outbox, RawEvent};
use prost::{Message, Name};
use proto::analytics::v1::log_service_client::LogServiceClient;
use proto::analytics::v1::operations_service_client::OperationsServiceClient;
use proto::analytics::v1::{Rate, RebuildRequest, RebuildResponse, RecordRatesRequest};
use rpc::access::{AccessLayer, Policy};
use rpc::{Channel, Identity, Keys, Role};
use sea_orm::ConnectionTrait;
use service::Started;
use service::settings::Section;
use testkit::Storage;
use tokio_util::sync::CancellationToken;

pub(crate) struct World {
    pub(crate) label: &'static str,
    pub(crate) app: Arc<App>,
    /// For an administrator.
    pub(crate) client: Client,
    /// Likewise.
    pub(crate) log: LogServiceClient<Channel>,
    pub(crate) clock: Hands,
    /// Cancelled when the service is to take no new calls.
    pub(crate) draining: CancellationToken,
    started: Started,
    storage: Storage,
}

pub(crate) type Client = OperationsServiceClient<Channel>;

/// One on each database.
pub(crate) async fn worlds() -> Vec<World> {
    let mut worlds = Vec::new();
    for storage in testkit::storages().await {
        worlds.push(World::on(storage).await);
    }
    worlds
}

/// Noon of the day on which all tests begin.
pub(crate) fn noon() -> DateTime<Utc> {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

impl World {
    pub(crate) async fn on(storage: Storage) -> Self {
        let definition = analytics::definition();
        let database = storage
            .database("analytics", &service::migrations(&definition))
            .await;
        let (clock, hands) = Clock::manual(noon());
        let settings = Section::of_defaults(definition.name, definition.settings).unwrap();
        let outbox = Outbox::new(database, "analytics");
        let app = Arc::new(App::new(outbox, clock, settings.parse().unwrap()));
        let draining = CancellationToken::new();
        let started = analytics::wire(&app, &draining, &CancellationToken::new());
        let keys = Keys::new("a secret of more than thirty-two bytes").unwrap();
        let layer = AccessLayer::new(Policy::new(proto::POLICY).unwrap(), keys.clone());
        let admin = Identity::Staff {
            id: StaffId::generate().to_string(),
            roles: vec![Role::Admin],
        };
        let router = started.router.clone().layer(layer);
        let channel = Channel::in_process(router).acting_as(&keys, admin);
        Self {
            label: storage.label(),
            app,
            client: Client::new(channel.clone()),
            log: LogServiceClient::new(channel),
            clock: hands,
            draining,
            started,
            storage,
        }
    }

    /// The same service started again: nothing is left of it but its database.
    pub(crate) async fn started_again(self) -> Self {
        let Self { storage, app, .. } = self;
        app.database().close().await;
        Self::on(storage).await
    }

    /// An event of another service.
    pub(crate) fn event<M: Message + Name>(&self, message: &M, revision: i64) -> RawEvent {
        Event::new(message, "a_1", revision, self.app.clock.now()).into()
    }

    /// Delivers an event once.
    pub(crate) async fn hand_over(&self, event: &RawEvent) -> Result<Delivered, HandlerError> {
        let subscription = self
            .started
            .subscriptions
            .iter()
            .find(|it| it.kinds().any(|kind| kind == event.kind))
            .expect("somebody listens");
        subscription.deliver(&self.app.outbox, event).await
    }

    pub(crate) async fn hand_over_all(&self, events: &[RawEvent]) {
        for event in events {
            self.hand_over(event).await.unwrap();
        }
    }

    /// Takes in all that was delivered.
    pub(crate) async fn catch_up(&self) {
        projector::catch_up(&self.app).await.unwrap();
    }

    /// The same in batches of so many facts.
    pub(crate) async fn catch_up_by(&self, facts: u64) {
        let mut app = self.other_process();
        app.settings.batch_facts = facts;
        projector::catch_up(&Arc::new(app)).await.unwrap();
    }

    /// Hashes of all tables of the living figures that have rows.
    pub(crate) async fn figures(&self) -> BTreeMap<String, Digest> {
        let reader = self.app.database().reader();
        let living = generations::living(reader).await.unwrap().unwrap();
        self.figures_of(living.number).await
    }

    pub(crate) async fn figures_of(&self, generation: i16) -> BTreeMap<String, Digest> {
        let reader = self.app.database().reader();
        let texts = Texts::read(reader).await.unwrap();
        let mut figures = BTreeMap::new();
        for table in digest::tables() {
            let digest = table.digest(reader, generation, &texts).await.unwrap();
            if digest.rows > 0 {
                figures.insert(table.name(), digest);
            }
        }
        figures
    }

    /// Another process of the service on the same database.
    pub(crate) fn other_process(&self) -> App {
        let outbox = Outbox::new(self.app.database().clone(), "analytics");
        App::new(outbox, self.app.clock.clone(), self.app.settings.clone())
    }

    /// Records rates: currency, day, rate.
    pub(crate) async fn rates(&self, rates: &[(&str, &str, &str)]) -> i32 {
        let rates = rates.iter().map(|(currency, day, rate)| Rate {
            currency: (*currency).to_owned(),
            day: (*day).to_owned(),
            rate: (*rate).to_owned(),
        });
        let request = RecordRatesRequest {
            rates: rates.collect(),
        };
        let answer = self.client.clone().record_rates(request).await.unwrap();
        answer.into_inner().recorded
    }

    /// Rebuilds or verifies to the end, while the background does its work.
    pub(crate) async fn rebuild(&self, verify: bool) -> RebuildResponse {
        let request = RebuildRequest { verify };
        let mut progress = self
            .client
            .clone()
            .rebuild(request)
            .await
            .unwrap()
            .into_inner();
        loop {
            builder::turn(&self.app).await.unwrap();
            let step = progress.message().await.unwrap().expect("it goes on");
            if step.done {
                return step;
            }
        }
    }

    /// Deletes what was replaced.
    pub(crate) async fn sweep(&self) {
        while builder::turn(&self.app).await.unwrap() {}
    }

    /// Runs a statement that the service never would.
    pub(crate) async fn tamper(&self, sql: &str) {
        let tx = self.app.database().begin().await.unwrap();
        tx.execute_unprepared(sql).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Where the files of SQLite are.
    pub(crate) fn folder(&self) -> PathBuf {
        let url = self.storage.url();
        PathBuf::from(url.strip_prefix("sqlite:").unwrap())
    }

    /// All rows of the tables of the living figures whose name begins so.
    pub(crate) async fn rows(&self, name: &str) -> Vec<String> {
        let reader = self.app.database().reader();
        let living = generations::living(reader).await.unwrap().unwrap();
        let texts = Texts::read(reader).await.unwrap();
        let mut rows = Vec::new();
        for table in digest::tables().filter(|it| it.name().starts_with(name)) {
            rows.extend(table.rows(reader, living.number, &texts).await.unwrap());
        }
        rows
    }
}
