//! The service on a fresh database, with hands on its clock and a mail server of its own.

use std::time::Duration;

use chrono::{DateTime, Utc};
use clock::{Clock, Hands};
use database::Database;
use ids::{LeadId, StaffId};
use messaging::{Delivered, Event, HandlerError, Outbox, RawEvent, Received, Subscription, outbox};
use notifications::Parts;
use prost::Name;
use proto::{
    gateway::v1::StaffRecorded,
    intake::v1::{LeadCreated, LeadRefused},
    notifications::v1::{
        GetMessageRequest, ListMessagesRequest, Message, MessageState,
        notifications_service_client::NotificationsServiceClient,
    },
    types::v1::{PersonName, Source},
};
use rpc::{
    Channel, Identity, Keys, Role,
    access::{AccessLayer, Policy},
};
use sea_orm::{ConnectionTrait, Statement, Value};
use service::settings::Section;
use testkit::{SmtpSink, Storage, eventually};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub(crate) type Client = NotificationsServiceClient<Channel>;

/// Longer than anything here takes.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) struct World {
    pub label: &'static str,
    pub hands: Hands,
    pub outbox: Outbox,
    pub sink: SmtpSink,
    pub staff: StaffId,
    clock: Clock,
    section: Section,
    parts: Parts,
    keys: Keys,
    _storage: Storage,
}

/// Runs until it is dropped, as a process does until it is killed.
pub(crate) struct Process {
    shutdown: CancellationToken,
    work: Vec<JoinHandle<()>>,
}

impl Process {
    /// Stops in order.
    pub(crate) async fn stop(mut self) {
        self.shutdown.cancel();
        for work in self.work.drain(..) {
            work.await.unwrap();
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        for work in &self.work {
            work.abort();
        }
    }
}

/// One on each database, with a mail server.
pub(crate) async fn worlds() -> Vec<World> {
    let mut worlds = Vec::new();
    for storage in testkit::storages().await {
        let sink = SmtpSink::start().await;
        let url = format!("smtp://{}", sink.addr());
        worlds.push(World::on(storage, sink, &url).await);
    }
    worlds
}

/// One on each database that keeps all messages.
pub(crate) async fn catching() -> Vec<World> {
    let mut worlds = Vec::new();
    for storage in testkit::storages().await {
        worlds.push(World::on(storage, SmtpSink::start().await, "").await);
    }
    worlds
}

/// One on each database whose mail server is away.
pub(crate) async fn unreachable() -> Vec<World> {
    let mut worlds = Vec::new();
    for storage in testkit::storages().await {
        let gone = SmtpSink::start().await.addr();
        let url = format!("smtp://{gone}");
        worlds.push(World::on(storage, SmtpSink::start().await, &url).await);
    }
    worlds
}

pub(crate) fn noon() -> DateTime<Utc> {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

#[expect(clippy::unnecessary_wraps, reason = "messages hold options")]
pub(crate) fn stamp(at: DateTime<Utc>) -> Option<prost_types::Timestamp> {
    Some(proto::convert::timestamp(at))
}

pub(crate) fn event<M: prost::Message + Name>(
    message: &M,
    of: impl ToString,
    revision: i64,
) -> RawEvent {
    Event::new(message, of, revision, noon()).into()
}

fn section(smtp_url: &str) -> Section {
    let settings = include_str!("../../settings.toml")
        .replace("smtp_url = \"\"", &format!("smtp_url = \"{smtp_url}\""))
        .replace("timer_poll = \"1s\"", "timer_poll = \"10ms\"")
        .replace("poll = \"500ms\"", "poll = \"20ms\"")
        .replace("lease = \"30s\"", "lease = \"3s\"")
        .replace("http://localhost:7400", "https://crm.example");
    Section::of_defaults("notifications", &settings).unwrap()
}

impl World {
    async fn on(storage: Storage, sink: SmtpSink, smtp_url: &str) -> Self {
        let migrations = service::migrations(&notifications::definition());
        let database = storage.database("notifications", &migrations).await;
        let outbox = Outbox::new(database, "notifications");
        let (clock, hands) = Clock::manual(noon());
        let section = section(smtp_url);
        let parts = Parts::try_new(outbox.clone(), clock.clone(), &section).unwrap();
        let world = Self {
            label: storage.label(),
            hands,
            outbox,
            sink,
            staff: StaffId::generate(),
            clock,
            section,
            parts,
            keys: Keys::new("a secret of more than thirty-two bytes").unwrap(),
            _storage: storage,
        };
        world.record_staff(world.staff, 1).await;
        world
    }

    pub(crate) async fn record_staff(&self, staff: StaffId, revision: i64) {
        let recorded = recorded(staff, "Jānis Bērziņš", "janis@crm.example", true);
        self.deliver(&event(&recorded, staff, revision)).await;
    }

    pub(crate) fn database(&self) -> &Database {
        self.outbox.database()
    }

    /// A mailer and a timer of another process.
    pub(crate) fn process(&self) -> Process {
        let outbox = Outbox::new(self.database().clone(), "notifications");
        let parts = Parts::try_new(outbox, self.clock.clone(), &self.section).unwrap();
        run(&parts)
    }

    /// The mailer and the timer of the process that listens.
    pub(crate) fn own_process(&self) -> Process {
        run(&self.parts)
    }

    pub(crate) fn client_of(&self, identity: Identity) -> Client {
        let layer = AccessLayer::new(Policy::new(proto::POLICY).unwrap(), self.keys.clone());
        let channel = Channel::in_process(self.parts.router().layer(layer));
        Client::new(channel.acting_as(&self.keys, identity))
    }

    /// A client of a member of staff.
    pub(crate) fn client(&self, staff: StaffId, role: Role) -> Client {
        let id = staff.to_string();
        let roles = vec![role];
        self.client_of(Identity::Staff { id, roles })
    }

    /// What the service does about the events of this publisher.
    pub(crate) fn listening_to(&self, publisher: &str) -> Subscription {
        let name = format!("notifications-{publisher}");
        let mut subscriptions = self.parts.subscriptions().into_iter();
        subscriptions.find(|it| it.name() == name).unwrap()
    }

    /// Delivers an event once.
    pub(crate) async fn hand_in(&self, event: &RawEvent) -> Result<Delivered, HandlerError> {
        let subscriptions = self.parts.subscriptions();
        let listening = subscriptions
            .iter()
            .find(|it| it.kinds().any(|kind| kind == event.kind))
            .unwrap_or_else(|| panic!("nobody listens to {}", event.kind));
        listening.deliver(&self.outbox, event).await
    }

    /// Delivers an event twice.
    pub(crate) async fn deliver(&self, event: &RawEvent) {
        assert_eq!(self.hand_in(event).await.unwrap(), Delivered::Handled);
        assert_eq!(self.hand_in(event).await.unwrap(), Delivered::Repeated);
    }

    /// All messages, oldest first.
    pub(crate) async fn messages(&self) -> Vec<Message> {
        let request = ListMessagesRequest {
            page_size: 500,
            ..Default::default()
        };
        let mut client = self.client(self.staff, Role::Head);
        let mut messages = client
            .list_messages(request)
            .await
            .unwrap()
            .into_inner()
            .messages;
        messages.reverse();
        messages
    }

    pub(crate) async fn message(&self, message_id: &str) -> Message {
        let request = GetMessageRequest {
            message_id: message_id.to_owned(),
        };
        let mut client = self.client(self.staff, Role::Head);
        client
            .get_message(request)
            .await
            .unwrap()
            .into_inner()
            .message
            .unwrap()
    }

    /// Waits until the only message is in this state.
    pub(crate) async fn becomes(&self, state: MessageState) -> Message {
        eventually(PATIENCE, async || {
            let messages = self.messages().await;
            match messages.as_slice() {
                [message] if message.state() == state => Ok(message.clone()),
                others => Err(format!("{}: {others:?}", self.label)),
            }
        })
        .await
    }

    /// What was announced of this kind.
    pub(crate) async fn announced<M: prost::Message + Name + Default>(&self) -> Vec<Received<M>> {
        let all = outbox::retained(self.database()).await.unwrap();
        let wanted = all.iter().filter(|event| event.kind == M::full_name());
        wanted.map(|event| event.decode().unwrap()).collect()
    }

    /// Runs a statement, as a fault would.
    pub(crate) async fn meddle(&self, sql: &str, values: Vec<Value>) {
        let tx = self.database().begin().await.unwrap();
        let sql = Statement::from_sql_and_values(tx.get_database_backend(), sql, values);
        tx.execute_raw(sql).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Delivers the refusal of a lead, with its farewell letter.
    pub(crate) async fn refuse(&self, lead: LeadId) {
        self.deliver(&event(&refused(lead, "anna@client.example"), lead, 5))
            .await;
    }

    /// Delivers a new lead of our member of staff.
    pub(crate) async fn create(&self, lead: LeadId) {
        self.deliver(&event(&created(lead, self.staff), lead, 1))
            .await;
    }
}

fn run(parts: &Parts) -> Process {
    let shutdown = CancellationToken::new();
    let work = vec![
        tokio::spawn(parts.mailer(shutdown.clone())),
        tokio::spawn(parts.timer(shutdown.clone())),
    ];
    Process { shutdown, work }
}

pub(crate) fn recorded(staff: StaffId, name: &str, email: &str, active: bool) -> StaffRecorded {
    StaffRecorded {
        staff_id: staff.to_string(),
        name: name.to_owned(),
        email: email.to_owned(),
        locale: "lv".to_owned(),
        roles: vec!["agent".to_owned()],
        active,
    }
}

pub(crate) fn created(lead: LeadId, staff: StaffId) -> LeadCreated {
    LeadCreated {
        lead_id: lead.to_string(),
        submission_id: ids::SubmissionId::generate().to_string(),
        name: anna(),
        emails: vec!["anna@client.example".to_owned()],
        locale: "hu".to_owned(),
        source: source(),
        responsible_id: staff.to_string(),
        ..LeadCreated::default()
    }
}

pub(crate) fn refused(lead: LeadId, email: &str) -> LeadRefused {
    LeadRefused {
        lead_id: lead.to_string(),
        reason: "price".to_owned(),
        name: anna(),
        email: email.to_owned(),
        locale: "hu".to_owned(),
        ..LeadRefused::default()
    }
}

#[expect(clippy::unnecessary_wraps, reason = "messages hold options")]
pub(crate) fn anna() -> Option<PersonName> {
    Some(PersonName {
        full: "Anna Nagy".to_owned(),
        given: "Anna".to_owned(),
        family: "Nagy".to_owned(),
    })
}

#[expect(clippy::unnecessary_wraps, reason = "messages hold options")]
pub(crate) fn source() -> Option<Source> {
    Some(Source {
        channel: "form".to_owned(),
        name: "shop.example".to_owned(),
        ..Source::default()
    })
}

/// Leaves the only message as a process does that was killed between hand-over and answer.
pub(crate) async fn kill_after_hand_over(world: &World) {
    let sql = "update delivery set state = 'handed_over', attempts = 1, lease_owner = $1,
        lease_until = $2, handed_over_at = $2";
    let owner = ids::MessageId::generate().uuid();
    world.meddle(sql, vec![owner.into(), noon().into()]).await;
    world.hands.advance(Duration::from_secs(1));
}

/// The Message-ID of a mail as it came.
pub(crate) fn header_id(mail: &testkit::Mail) -> String {
    let text = mail.text();
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("Message-ID: "));
    line.expect("a Message-ID").to_owned()
}
