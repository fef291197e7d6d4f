//! A deals service on a fresh database, with hands on its clock.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use clock::{Clock, Hands};
use deals::app::App;
use deals::app::seed::seed;
use deals::settings::Settings;
use ids::StaffId;
use messaging::{
    BatchError, BatchHandler, Delivered, Event, HandlerError, Outbox, RawEvent, Received, outbox,
};
use prost::{Message, Name};
use proto::deals::v1::deals_service_client::DealsServiceClient;
use proto::deals::v1::{Deal, GetDealRequest, GetDealResponse, OpenDealRequest, Topic};
use rpc::access::{AccessLayer, Policy};
use rpc::{Channel, Identity, Keys, Role};
use service::Started;
use testkit::Storage;
use tonic::Status;

pub(crate) type Client = DealsServiceClient<Channel>;

pub(crate) struct World {
    pub label: &'static str,
    pub app: Arc<App>,
    pub hands: Hands,
    pub client: Client,
    /// Who `client` speaks for.
    pub staff: StaffId,
    started: Started,
    /// Announced before the test began.
    seeded: usize,
    keys: Keys,
    _storage: Storage,
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

#[expect(clippy::unnecessary_wraps, reason = "messages hold options")]
pub(crate) fn stamp(at: DateTime<Utc>) -> Option<prost_types::Timestamp> {
    Some(proto::convert::timestamp(at))
}

#[expect(clippy::unnecessary_wraps, reason = "messages hold options")]
pub(crate) fn euros(minor: i64) -> Option<proto::types::v1::Money> {
    Some(proto::types::v1::Money {
        minor,
        currency: "EUR".to_owned(),
    })
}

/// The reason that a refused caller is given.
pub(crate) fn reason<T: std::fmt::Debug>(answer: Result<T, Status>) -> String {
    rpc::explain(&answer.unwrap_err()).reason
}

/// Fields and reasons of a refused request.
pub(crate) fn violations<T: std::fmt::Debug>(answer: Result<T, Status>) -> Vec<(String, String)> {
    let explained = rpc::explain(&answer.unwrap_err());
    explained
        .violations
        .into_iter()
        .map(|it| (it.field, it.reason))
        .collect()
}

/// An event of another service.
pub(crate) fn event<M: Message + Name>(message: &M, of: impl ToString, revision: i64) -> RawEvent {
    Event::new(message, of, revision, noon()).into()
}

impl World {
    async fn on(storage: Storage) -> Self {
        let migrations = service::migrations(&deals::definition());
        let database = storage.database("deals", &migrations).await;
        let (clock, hands) = Clock::manual(noon());
        let app = Arc::new(App {
            outbox: Outbox::new(database, "deals"),
            clock,
            settings: Settings::default(),
        });
        seed(&app).await.unwrap();
        let seeded = outbox::retained(app.database()).await.unwrap().len();
        let started = deals::wire(&app);
        let keys = Keys::new("a secret of more than thirty-two bytes").unwrap();
        let policy = Policy::new(proto::POLICY).unwrap();
        let router = started
            .router
            .clone()
            .layer(AccessLayer::new(policy, keys.clone()));
        let staff = StaffId::generate();
        let agent = Identity::Staff {
            id: staff.to_string(),
            roles: vec![Role::Agent, Role::Head],
        };
        let channel = Channel::in_process(router).acting_as(&keys, agent);
        Self {
            label: storage.label(),
            app,
            hands,
            client: Client::new(channel),
            staff,
            started,
            seeded,
            keys,
            _storage: storage,
        }
    }

    /// The same with other settings.
    pub(crate) fn set(&mut self, settings: Settings) {
        self.app = Arc::new(App {
            settings,
            ..App::clone(&self.app)
        });
        self.started = deals::wire(&self.app);
    }

    /// A client that speaks for somebody else.
    pub(crate) fn client_of(&self, identity: Identity) -> Client {
        Client::new(self.channel_of(identity))
    }

    /// The way to the service for somebody.
    pub(crate) fn channel_of(&self, identity: Identity) -> Channel {
        let policy = Policy::new(proto::POLICY).unwrap();
        let layer = AccessLayer::new(policy, self.keys.clone());
        let router = self.started.router.clone().layer(layer);
        Channel::in_process(router).acting_as(&self.keys, identity)
    }

    /// The way to the service for the staff of this world.
    pub(crate) fn channel(&self) -> Channel {
        self.channel_of(Identity::Staff {
            id: self.staff.to_string(),
            roles: vec![Role::Agent, Role::Head],
        })
    }

    pub(crate) fn days_pass(&self, days: u64) {
        self.hands.advance(Duration::from_hours(24 * days));
    }

    /// Opens a deal of that title.
    pub(crate) async fn open(&self, title: &str) -> Deal {
        self.open_deal(Deal {
            title: title.to_owned(),
            ..Deal::default()
        })
        .await
        .unwrap()
    }

    pub(crate) async fn open_deal(&self, deal: Deal) -> Result<Deal, Status> {
        let request = OpenDealRequest { deal: Some(deal) };
        let response = self.client.clone().open_deal(request).await?;
        Ok(response.into_inner().deal.unwrap())
    }

    /// A deal with its activities and stages.
    pub(crate) async fn card(&self, deal_id: &str) -> GetDealResponse {
        let request = GetDealRequest {
            deal_id: deal_id.to_owned(),
        };
        self.client
            .clone()
            .get_deal(request)
            .await
            .unwrap()
            .into_inner()
    }

    pub(crate) async fn deal(&self, deal_id: &str) -> Deal {
        self.card(deal_id).await.deal.unwrap()
    }

    pub(crate) async fn topic(&self, topic_id: &str) -> Topic {
        let request = proto::deals::v1::GetTopicRequest {
            topic_id: topic_id.to_owned(),
        };
        self.client
            .clone()
            .get_topic(request)
            .await
            .unwrap()
            .into_inner()
            .topic
            .unwrap()
    }

    /// What was announced of this kind, in order.
    pub(crate) async fn announced<M: Message + Name + Default>(&self) -> Vec<Received<M>> {
        let all = outbox::retained(self.app.database()).await.unwrap();
        all.iter()
            .filter(|event| event.kind == M::full_name())
            .map(|event| event.decode().unwrap())
            .collect()
    }

    /// How many events were announced since the start.
    pub(crate) async fn announcements(&self) -> usize {
        let all = outbox::retained(self.app.database()).await.unwrap();
        all.len() - self.seeded
    }

    /// Delivers an event twice: the second time must change nothing.
    pub(crate) async fn deliver<M: Message + Name>(
        &self,
        message: &M,
        of: impl ToString,
        revision: i64,
    ) {
        self.deliver_event(&event(message, of, revision)).await;
    }

    pub(crate) async fn deliver_event(&self, event: &RawEvent) {
        assert_eq!(
            self.hand_over(event).await.unwrap(),
            Delivered::Handled,
            "{}",
            self.label
        );
        let before = self.announcements().await;
        assert_eq!(
            self.hand_over(event).await.unwrap(),
            Delivered::Repeated,
            "{}",
            self.label
        );
        assert_eq!(self.announcements().await, before, "{}", self.label);
    }

    /// Delivers an event that is to be refused, and says why it was.
    pub(crate) async fn refusal<M: Message + Name>(
        &self,
        message: &M,
        of: impl ToString,
    ) -> HandlerError {
        self.hand_over(&event(message, of, 1)).await.unwrap_err()
    }

    /// Handles events together, in one transaction, and answers how many statements that took:
    /// none on SQLite, which does not count.
    pub(crate) async fn together<M>(&self, events: &[RawEvent]) -> Result<i64, BatchError>
    where
        M: Message + Name + Default,
        App: BatchHandler<M>,
    {
        let received: Vec<Received<M>> = events.iter().map(|it| it.decode().unwrap()).collect();
        let tx = self.app.outbox.begin().await.unwrap();
        let before = testkit::statements(&*tx).await;
        self.app.handle_all(&tx, &received).await?;
        let after = testkit::statements(&*tx).await;
        tx.commit().await.unwrap();
        // One of the two that count is counted.
        Ok((after - before - 1).max(0))
    }

    /// Delivers an event once.
    pub(crate) async fn hand_over(&self, event: &RawEvent) -> Result<Delivered, HandlerError> {
        let subscription = self
            .started
            .subscriptions
            .iter()
            .find(|subscription| subscription.kinds().any(|kind| kind == event.kind))
            .expect("somebody listens");
        subscription.deliver(&self.app.outbox, event).await
    }
}
