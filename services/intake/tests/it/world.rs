//! An intake of its own for each test and database.

use std::{collections::HashMap, sync::Arc};

use clock::{Clock, Hands};
use database::Database;
use ids::{PartnerId, StaffId};
use intake::{
    Settings,
    app::{App, collector},
    consumers, rpc as service_rpc,
};
use messaging::{
    BatchError, BatchHandler, Delivered, Event, HandlerError, Outbox, RawEvent, Received,
    Subscription,
};
use prost::{Message, Name};
use proto::{
    gateway::v1::StaffRecorded,
    intake::v1::{
        self as pb, identity_service_client::IdentityServiceClient,
        intake_service_client::IntakeServiceClient,
    },
};
use rpc::{AccessLayer, Channel, Code, Explanation, Identity, Keys, Role, access::Policy};
use sea_orm::{ConnectionTrait, QueryResult, Statement};
use testkit::Storage;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tonic::Status;

pub(crate) type Client = IntakeServiceClient<Channel>;

pub(crate) struct World {
    pub(crate) label: &'static str,
    pub(crate) app: Arc<App>,
    pub(crate) hands: Hands,
    pub(crate) boss: StaffId,
    subscriptions: Vec<Subscription>,
    channel: Channel,
    keys: Keys,
    _collectors: JoinSet<anyhow::Result<()>>,
    _storage: Storage,
}

/// An empty intake in SQLite and one in PostgreSQL.
pub(crate) async fn worlds() -> Vec<World> {
    let migrations = service::migrations(&intake::definition());
    let databases = testkit::databases("intake", &migrations).await;
    databases
        .into_iter()
        .map(|(label, database, storage)| World::new(label, database, storage))
        .collect()
}

fn settings() -> Settings {
    let definition = intake::definition();
    let section = service::settings::Section::of_defaults(definition.name, definition.settings);
    let defaults: Settings = section.unwrap().parse().unwrap();
    Settings {
        country: "LV".to_owned(),
        hold_domains: vec!["partner.lv".to_owned()],
        scan_max: 1_000,
        ..defaults
    }
}

impl World {
    fn new(label: &'static str, database: Database, storage: Storage) -> Self {
        let (clock, hands) = Clock::manual("2026-11-22T10:00:00Z".parse().unwrap());
        let settings = settings();
        let model = settings.model().unwrap();
        let outbox = Outbox::new(database, "intake");
        let app = Arc::new(App::new(outbox, clock, settings, model));
        let stop = CancellationToken::new();
        let mut collectors = JoinSet::new();
        // One more than SQLite needs, so that batches meet in the database.
        for _ in 0..2 {
            collectors.spawn(collector::collect(Arc::clone(&app), stop.clone()));
        }
        let keys = Keys::new([7; 32]).unwrap();
        let access = AccessLayer::new(Policy::new(proto::POLICY).unwrap(), keys.clone());
        let router = service_rpc::router(Arc::clone(&app), stop).layer(access);
        Self {
            label,
            subscriptions: consumers::subscriptions(&app),
            channel: Channel::in_process(router),
            app,
            hands,
            boss: StaffId::generate(),
            keys,
            _collectors: collectors,
            _storage: storage,
        }
    }

    pub(crate) fn acting(&self, identity: Identity) -> Client {
        let channel = self.channel.clone().acting_as(&self.keys, identity);
        IntakeServiceClient::new(channel)
            .max_decoding_message_size(64 * 1024 * 1024)
            .max_encoding_message_size(64 * 1024 * 1024)
    }

    /// The head, who may do all that staff may.
    pub(crate) fn staff(&self) -> Client {
        let roles = vec![Role::Head, Role::Agent, Role::Admin];
        self.acting(Identity::Staff {
            id: self.boss.to_string(),
            roles,
        })
    }

    /// The head, asking who somebody is.
    pub(crate) fn identities(&self) -> IdentityServiceClient<Channel> {
        let head = Identity::Staff {
            id: self.boss.to_string(),
            roles: vec![Role::Head],
        };
        IdentityServiceClient::new(self.channel.clone().acting_as(&self.keys, head))
    }

    /// The HTTP edge.
    pub(crate) fn edge(&self) -> Client {
        self.acting(Identity::Service {
            name: "gateway".to_owned(),
        })
    }

    pub(crate) fn partner(&self, id: PartnerId, sandbox: bool) -> Client {
        self.acting(Identity::Partner {
            id: id.to_string(),
            name: "Partner".to_owned(),
            sandbox,
        })
    }

    /// Rows as the database has them.
    pub(crate) async fn query(&self, sql: &str) -> Vec<QueryResult> {
        let database = self.app.outbox.database().reader();
        let statement = Statement::from_string(database.get_database_backend(), sql);
        database.query_all_raw(statement).await.unwrap()
    }

    /// Opens a door; answers its key and the secret of a line.
    pub(crate) async fn door(&self, door: pb::Door) -> (pb::Door, String) {
        let request = pb::CreateDoorRequest { door: Some(door) };
        let created = self
            .staff()
            .create_door(request)
            .await
            .unwrap()
            .into_inner();
        (created.door.unwrap(), created.secret)
    }

    pub(crate) async fn form(&self) -> String {
        self.door(door(pb::DoorKind::Form)).await.0.key
    }

    pub(crate) async fn mailbox(&self) -> String {
        self.door(door(pb::DoorKind::Mailbox)).await.0.key
    }

    pub(crate) async fn post(&self, key: &str, body: &str, idempotency_key: &str) -> pb::Receipt {
        self.try_post(key, body, idempotency_key).await.unwrap()
    }

    pub(crate) async fn try_post(
        &self,
        key: &str,
        body: &str,
        idempotency_key: &str,
    ) -> Result<pb::Receipt, Status> {
        let request = pb::SubmitFormRequest {
            door_key: key.to_owned(),
            content_type: "application/json".to_owned(),
            body: body.as_bytes().to_vec(),
            idempotency_key: idempotency_key.to_owned(),
            ..pb::SubmitFormRequest::default()
        };
        let response = self.edge().submit_form(request).await?;
        Ok(response.into_inner().receipt.unwrap())
    }

    pub(crate) async fn mail(&self, key: &str, message: impl AsRef<[u8]>) -> pb::Receipt {
        let request = pb::SubmitEmailRequest {
            door_key: key.to_owned(),
            message: message.as_ref().to_vec(),
        };
        let response = self.edge().submit_email(request).await.unwrap();
        response.into_inner().receipt.unwrap()
    }

    pub(crate) async fn card(&self, lead_id: &str) -> pb::GetLeadResponse {
        let request = pb::GetLeadRequest {
            lead_id: lead_id.to_owned(),
        };
        self.staff().get_lead(request).await.unwrap().into_inner()
    }

    pub(crate) async fn lead(&self, lead_id: &str) -> pb::LeadCard {
        self.card(lead_id).await.lead.unwrap()
    }

    pub(crate) async fn leads(&self) -> Vec<pb::LeadCard> {
        let request = pb::ListLeadsRequest {
            page_size: 500,
            ..pb::ListLeadsRequest::default()
        };
        self.staff()
            .list_leads(request)
            .await
            .unwrap()
            .into_inner()
            .leads
    }

    pub(crate) async fn submissions(&self) -> Vec<pb::Submission> {
        let request = pb::ListSubmissionsRequest {
            page_size: 500,
            ..pb::ListSubmissionsRequest::default()
        };
        let response = self.staff().list_submissions(request).await.unwrap();
        response.into_inner().submissions
    }

    /// How many submissions there are of each verdict.
    pub(crate) async fn verdicts(&self) -> HashMap<pb::Verdict, usize> {
        let mut counts = HashMap::new();
        for submission in self.submissions().await {
            *counts
                .entry(submission.receipt.unwrap().verdict())
                .or_default() += 1;
        }
        counts
    }

    /// Makes an agent who gets leads.
    pub(crate) async fn agent(&self) -> StaffId {
        let id = StaffId::generate();
        self.deliver(&self.recorded(id, 1, true)).await.unwrap();
        id
    }

    pub(crate) fn recorded(&self, id: StaffId, revision: i64, active: bool) -> RawEvent {
        let message = StaffRecorded {
            staff_id: id.to_string(),
            name: "Agent".to_owned(),
            roles: vec!["agent".to_owned()],
            active,
            ..StaffRecorded::default()
        };
        self.event(&message, id, revision)
    }

    pub(crate) fn event<M: Message + Name>(
        &self,
        message: &M,
        aggregate: impl ToString,
        revision: i64,
    ) -> RawEvent {
        Event::new(message, aggregate, revision, self.app.clock.now()).into()
    }

    pub(crate) async fn deliver(&self, event: &RawEvent) -> Result<Delivered, HandlerError> {
        let listens = |it: &&Subscription| it.kinds().any(|kind| kind == event.kind);
        let subscription = self.subscriptions.iter().find(listens);
        let subscription = subscription.unwrap_or_else(|| panic!("nobody wants {}", event.kind));
        subscription.deliver(&self.app.outbox, event).await
    }

    /// Delivers each in order, and all of them once more without an effect.
    pub(crate) async fn deliver_twice(&self, events: &[RawEvent]) {
        for event in events {
            let first = self.deliver(event).await;
            assert_eq!(
                first.unwrap(),
                Delivered::Handled,
                "{}: {}",
                self.label,
                event.kind
            );
        }
        for event in events {
            let again = self.deliver(event).await.unwrap();
            assert_eq!(again, Delivered::Repeated, "{}: {}", self.label, event.kind);
        }
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

    /// What was announced of one kind, in order, with its revision.
    pub(crate) async fn announced<M: Message + Name + Default>(&self) -> Vec<(i64, M)> {
        let database = self.app.outbox.database();
        let events = messaging::outbox::retained(database).await.unwrap();
        events
            .iter()
            .filter(|event| event.kind == M::full_name())
            .map(|event| event.decode::<M>().unwrap())
            .map(|event| (event.revision, event.message))
            .collect()
    }
}

pub(crate) fn door(kind: pb::DoorKind) -> pb::Door {
    pb::Door {
        kind: kind.into(),
        name: "site".to_owned(),
        country: "LV".to_owned(),
        ..pb::Door::default()
    }
}

pub(crate) fn record(external_id: &str, name: &str, email: &str) -> pb::LeadInput {
    let given = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    pb::LeadInput {
        external_id: external_id.to_owned(),
        full_name: name.to_owned(),
        emails: given(email).into_iter().collect(),
        ..pb::LeadInput::default()
    }
}

pub(crate) fn submit(lead: pb::LeadInput) -> pb::SubmitLeadRequest {
    pb::SubmitLeadRequest {
        lead: Some(lead),
        validate_only: false,
    }
}

/// Code and reason of a refusal.
#[track_caller]
pub(crate) fn refusal<T: std::fmt::Debug>(result: Result<T, Status>) -> (Code, Explanation) {
    let status = result.unwrap_err();
    (status.code(), rpc::explain(&status))
}
