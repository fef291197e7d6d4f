//! A client base of its own for each test and database.

use std::sync::Arc;

use clock::{Clock, Hands};
use customers::{app::App, settings::Settings};
use database::Database;
use ids::StaffId;
use messaging::{
    BatchError, BatchHandler, Delivered, Event, HandlerError, Outbox, RawEvent, Received,
    Subscription,
};
use prost::{Message, Name};
use proto::{
    customers::v1::{
        self as pb, cases_service_client::CasesServiceClient,
        customers_service_client::CustomersServiceClient,
        erasure_service_client::ErasureServiceClient,
        timeline_service_client::TimelineServiceClient,
    },
    types::v1::PersonName,
};
use rpc::{AccessLayer, Channel, Code, Explanation, Identity, Keys, Role, access::Policy};
use testkit::Storage;
use tonic::Status;

pub(crate) type Client = CustomersServiceClient<Channel>;

pub(crate) struct Base {
    pub(crate) label: &'static str,
    pub(crate) app: Arc<App>,
    pub(crate) hands: Hands,
    subscriptions: Vec<Subscription>,
    channel: Channel,
    _storage: Storage,
}

/// An empty client base in SQLite and one in PostgreSQL.
pub(crate) async fn bases() -> Vec<Base> {
    let migrations = service::migrations(&customers::definition());
    let databases = testkit::databases("customers", &migrations).await;
    databases
        .into_iter()
        .map(|(label, database, storage)| Base::new(label, database, storage))
        .collect()
}

impl Base {
    fn new(label: &'static str, database: Database, storage: Storage) -> Self {
        let (clock, hands) = Clock::manual("2026-11-22T10:00:00Z".parse().unwrap());
        let app = Arc::new(App {
            outbox: Outbox::new(database, "customers"),
            clock,
            settings: Settings {
                record_organisation_leads: true,
            },
        });
        let keys = Keys::new([7; 32]).unwrap();
        let access = AccessLayer::new(Policy::new(proto::POLICY).unwrap(), keys.clone());
        let router = customers::routes(&app).into_axum_router().layer(access);
        let agent = Identity::Staff {
            id: staff().to_string(),
            roles: vec![Role::Agent, Role::Head],
        };
        Self {
            label,
            subscriptions: customers::consumers::subscriptions(&app),
            channel: Channel::in_process(router).acting_as(&keys, agent),
            app,
            hands,
            _storage: storage,
        }
    }

    pub(crate) fn client(&self) -> Client {
        CustomersServiceClient::new(self.channel.clone())
    }

    pub(crate) fn cases(&self) -> CasesServiceClient<Channel> {
        CasesServiceClient::new(self.channel.clone())
    }

    pub(crate) fn erasures(&self) -> ErasureServiceClient<Channel> {
        ErasureServiceClient::new(self.channel.clone())
    }

    pub(crate) fn timelines(&self) -> TimelineServiceClient<Channel> {
        TimelineServiceClient::new(self.channel.clone())
    }

    /// Delivers to all that listen: handled if any of them did something, failed if any of them did.
    pub(crate) async fn deliver(&self, event: &RawEvent) -> Result<Delivered, HandlerError> {
        let listens = |it: &&Subscription| it.kinds().any(|kind| kind == event.kind);
        let mut delivered = Vec::new();
        for subscription in self.subscriptions.iter().filter(listens) {
            delivered.push(subscription.deliver(&self.app.outbox, event).await);
        }
        assert!(!delivered.is_empty(), "nobody wants {}", event.kind);
        let delivered: Vec<Delivered> = delivered.into_iter().collect::<Result<_, _>>()?;
        let handled = delivered.contains(&Delivered::Handled);
        Ok(if handled {
            Delivered::Handled
        } else {
            Delivered::Repeated
        })
    }

    /// Delivers what this service announced to itself, as the bus does.
    pub(crate) async fn follow_own(&self) {
        let events = messaging::outbox::retained(self.app.outbox.database()).await;
        let own = self
            .subscriptions
            .iter()
            .filter(|it| it.name().ends_with("-customers"));
        for subscription in own {
            for event in events.as_ref().unwrap() {
                if subscription.kinds().any(|kind| kind == event.kind) {
                    subscription.deliver(&self.app.outbox, event).await.unwrap();
                }
            }
        }
    }

    /// Delivers until it is handled, as the bus does; fails if that needs more than a few attempts.
    pub(crate) async fn settle(&self, event: &RawEvent) -> Delivered {
        for _ in 0..5 {
            match self.deliver(event).await {
                Ok(delivered) => return delivered,
                Err(HandlerError::Retry { .. }) => {}
                Err(refused) => panic!("{}: {refused}", self.label),
            }
        }
        panic!("{}: {} is never handled", self.label, event.kind);
    }

    /// Delivers each twice: once with effect, once without.
    pub(crate) async fn settle_twice(&self, events: &[RawEvent]) {
        for event in events {
            assert_eq!(
                self.settle(event).await,
                Delivered::Handled,
                "{}",
                self.label
            );
        }
        for event in events {
            let again = self.deliver(event).await.unwrap();
            assert_eq!(again, Delivered::Repeated, "{}", self.label);
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
        let wanted = events.iter().filter(|event| event.kind == M::full_name());
        wanted
            .map(|event| event.decode::<M>().unwrap())
            .map(|event| (event.revision, event.message))
            .collect()
    }

    pub(crate) async fn record(&self, person: pb::Person) -> pb::Person {
        let request = pb::RecordPersonRequest {
            person: Some(person),
        };
        let response = self.client().record_person(request).await;
        response.unwrap().into_inner().person.unwrap()
    }

    pub(crate) async fn record_organisation(&self, name: &str) -> pb::Organisation {
        let request = pb::RecordOrganisationRequest {
            organisation: Some(pb::Organisation {
                name: name.to_owned(),
                ..pb::Organisation::default()
            }),
        };
        let response = self.client().record_organisation(request).await;
        response.unwrap().into_inner().organisation.unwrap()
    }

    pub(crate) async fn card(&self, id: &str) -> pb::GetPersonResponse {
        let request = pb::GetPersonRequest {
            person_id: id.to_owned(),
        };
        let response = self.client().get_person(request).await;
        response.unwrap().into_inner()
    }

    pub(crate) async fn organisation(&self, id: &str) -> pb::GetOrganisationResponse {
        let request = pb::GetOrganisationRequest {
            organisation_id: id.to_owned(),
        };
        let response = self.client().get_organisation(request).await;
        response.unwrap().into_inner()
    }

    pub(crate) async fn persons(&self, request: pb::ListPersonsRequest) -> pb::ListPersonsResponse {
        let response = self.client().list_persons(request).await;
        response.unwrap().into_inner()
    }

    /// Names of the persons that match, in the order of the list.
    pub(crate) async fn names(&self, request: pb::ListPersonsRequest) -> Vec<String> {
        let found = self.persons(request).await.persons;
        found.into_iter().map(|it| it.name.unwrap().full).collect()
    }
}

/// The member of staff that makes the calls.
pub(crate) fn staff() -> StaffId {
    "staff_019392b1f0007000800000000000000a".parse().unwrap()
}

pub(crate) fn event<M: Message + Name>(message: &M, aggregate: &str, revision: i64) -> RawEvent {
    let now = "2026-11-22T09:00:00Z".parse().unwrap();
    Event::new(message, aggregate, revision, now).into()
}

pub(crate) fn name(full: &str) -> PersonName {
    PersonName {
        full: full.to_owned(),
        ..PersonName::default()
    }
}

pub(crate) fn person(full: &str) -> pb::Person {
    pb::Person {
        name: Some(name(full)),
        ..pb::Person::default()
    }
}

#[track_caller]
pub(crate) fn refused<T: std::fmt::Debug>(
    result: Result<T, Status>,
    code: Code,
    reason: &str,
) -> Explanation {
    let status = result.unwrap_err();
    assert_eq!(status.code(), code, "{status:?}");
    let explained = rpc::explain(&status);
    assert_eq!(explained.reason, reason, "{status:?}");
    explained
}

/// The fields that were found wrong.
#[track_caller]
pub(crate) fn wrong<T: std::fmt::Debug>(result: Result<T, Status>) -> Vec<String> {
    let explained = refused(result, Code::InvalidArgument, "FIELDS_INVALID");
    explained
        .violations
        .into_iter()
        .map(|it| it.field)
        .collect()
}
