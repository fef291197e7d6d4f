//! An analytics service on a fresh database, with hands on its clock.

use std::collections::BTreeMap;
use std::sync::Arc;

use analytics::app::App;
use analytics::projector;
use analytics::store::digest::{self, Digest, Texts};
use analytics::store::generations;
use chrono::{DateTime, Utc};
use clock::{Clock, Hands};
use messaging::{Delivered, Event, HandlerError, Outbox, RawEvent};
use prost::{Message, Name};
use service::Started;
use service::settings::Section;
use testkit::Storage;
use tokio_util::sync::CancellationToken;

pub(crate) struct World {
    pub(crate) label: &'static str,
    pub(crate) app: Arc<App>,
    pub(crate) hands: Hands,
    started: Started,
    pub(crate) storage: Storage,
}

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
        let started = analytics::wire(&app, &CancellationToken::new(), &CancellationToken::new());
        Self {
            label: storage.label(),
            app,
            hands,
            started,
            storage,
        }
    }

    /// The same service started again: nothing is left of it but its database.
    pub(crate) async fn started_again(self) -> Self {
        let Self { storage, .. } = self;
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

    /// Hashes of all tables of the living figures that have rows.
    pub(crate) async fn figures(&self) -> BTreeMap<&'static str, Digest> {
        let reader = self.app.database().reader();
        let living = generations::living(reader).await.unwrap().unwrap();
        self.figures_of(living.number).await
    }

    pub(crate) async fn figures_of(&self, generation: i16) -> BTreeMap<&'static str, Digest> {
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

    /// All rows of a table of the living figures.
    pub(crate) async fn rows(&self, name: &str) -> Vec<String> {
        let reader = self.app.database().reader();
        let living = generations::living(reader).await.unwrap().unwrap();
        let texts = Texts::read(reader).await.unwrap();
        let table = digest::tables().find(|it| it.name() == name).unwrap();
        table.rows(reader, living.number, &texts).await.unwrap()
    }
}
