//! Campaigns of their own for each test and database.

use std::{sync::Arc, time::Duration};

use campaigns::{app::App, objects::Objects, settings::Settings};
use clock::{Clock, Hands};
use database::Database;
use ids::StaffId;
use messaging::{
    BatchError, BatchHandler, Delivered, Event, HandlerError, Outbox, RawEvent, Received,
    Subscription,
};
use object_store::memory::InMemory;
use prost::{Message, Name};
use prost_types::Timestamp;
use proto::{
    campaigns::v1::{
        self as pb, campaigns_service_client::CampaignsServiceClient,
        costs_service_client::CostsServiceClient, files_service_client::FilesServiceClient,
        lists_service_client::ListsServiceClient, plans_service_client::PlansServiceClient,
    },
    convert::timestamp,
    types::v1::{Money, PersonName},
};
use rpc::{AccessLayer, Channel, Code, Explanation, Identity, Keys, Role, access::Policy};
use service::settings::Section;
use testkit::Storage;
use tonic::Status;

/// How many participants one call may add here.
pub(crate) const MOST: usize = 1_200;

pub(crate) struct Desk {
    pub(crate) label: &'static str,
    pub(crate) app: Arc<App>,
    pub(crate) hands: Hands,
    /// What lies where files are kept.
    pub(crate) objects: Arc<InMemory>,
    subscriptions: Vec<Subscription>,
    channel: Channel,
    _storage: Storage,
}

/// No campaigns, in SQLite and in PostgreSQL.
pub(crate) async fn desks() -> Vec<Desk> {
    desks_keeping(None).await
}

/// The same, with files in a place of the test's own.
pub(crate) async fn desks_keeping(place: Option<Objects>) -> Vec<Desk> {
    let migrations = service::migrations(&campaigns::definition());
    let databases = testkit::databases("campaigns", &migrations).await;
    databases
        .into_iter()
        .map(|(label, database, storage)| Desk::new(label, database, storage, place.clone()))
        .collect()
}

/// The defaults, and more participants at once.
pub(crate) fn settings() -> Settings {
    let defaults = include_str!("../../settings.toml");
    let section = Section::of_defaults("campaigns", defaults).unwrap();
    Settings {
        participants_per_call: MOST,
        ..section.parse().unwrap()
    }
}

impl Desk {
    fn new(
        label: &'static str,
        database: Database,
        storage: Storage,
        place: Option<Objects>,
    ) -> Self {
        let (clock, hands) = Clock::manual("2026-11-22T10:00:00Z".parse().unwrap());
        let objects = Arc::new(InMemory::new());
        let app = Arc::new(App {
            outbox: Outbox::new(database, "campaigns"),
            clock,
            settings: settings(),
            objects: place.unwrap_or_else(|| Objects::of(objects.clone())),
        });
        let keys = Keys::new([7; 32]).unwrap();
        let access = AccessLayer::new(Policy::new(proto::POLICY).unwrap(), keys.clone());
        let router = campaigns::rpc::routes(&app)
            .into_axum_router()
            .layer(access);
        let marketer = Identity::Staff {
            id: staff().to_string(),
            roles: vec![Role::Marketer],
        };
        Self {
            label,
            hands,
            objects,
            subscriptions: campaigns::consumers::subscriptions(&app),
            channel: Channel::in_process(router)
                .acting_as(&keys, marketer)
                .with_deadline(Duration::from_secs(30)),
            app,
            _storage: storage,
        }
    }

    pub(crate) fn client(&self) -> CampaignsServiceClient<Channel> {
        CampaignsServiceClient::new(self.channel.clone())
    }

    pub(crate) fn costs(&self) -> CostsServiceClient<Channel> {
        CostsServiceClient::new(self.channel.clone())
    }

    pub(crate) fn files(&self) -> FilesServiceClient<Channel> {
        FilesServiceClient::new(self.channel.clone())
    }

    pub(crate) fn plans(&self) -> PlansServiceClient<Channel> {
        PlansServiceClient::new(self.channel.clone())
    }

    /// Of the member of staff, for the client of any service.
    pub(crate) fn channel(&self) -> Channel {
        self.channel.clone()
    }

    pub(crate) fn lists(&self) -> ListsServiceClient<Channel> {
        ListsServiceClient::new(self.channel.clone())
    }

    pub(crate) async fn deliver(&self, event: &RawEvent) -> Delivered {
        let delivered = self.try_deliver(event).await;
        delivered.unwrap_or_else(|error| panic!("{}: {error}: {error:?}", self.label))
    }

    pub(crate) async fn try_deliver(&self, event: &RawEvent) -> Result<Delivered, HandlerError> {
        let listens = |it: &&Subscription| it.kinds().any(|kind| kind == event.kind);
        let subscription = self.subscriptions.iter().find(listens);
        let subscription = subscription.unwrap_or_else(|| panic!("nobody wants {}", event.kind));
        subscription.deliver(&self.app.outbox, event).await
    }

    /// Delivers each twice: once with effect, once without.
    pub(crate) async fn deliver_twice(&self, events: &[RawEvent]) {
        for event in events {
            assert_eq!(
                self.deliver(event).await,
                Delivered::Handled,
                "{}",
                self.label
            );
        }
        for event in events {
            assert_eq!(
                self.deliver(event).await,
                Delivered::Repeated,
                "{}",
                self.label
            );
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

    pub(crate) async fn create(&self, name: &str) -> pb::Campaign {
        let request = pb::CreateCampaignRequest {
            campaign: Some(campaign(name)),
        };
        let response = self.client().create_campaign(request).await;
        response.unwrap().into_inner().campaign.unwrap()
    }

    /// A campaign that takes responses.
    pub(crate) async fn running(&self, name: &str) -> String {
        let id = self.create(name).await.campaign_id;
        self.enter(&id, pb::CampaignState::Running).await.unwrap();
        id
    }

    pub(crate) async fn enter(
        &self,
        id: &str,
        state: pb::CampaignState,
    ) -> Result<pb::Campaign, Status> {
        let request = pb::MoveCampaignRequest {
            campaign_id: id.to_owned(),
            state: state.into(),
        };
        let response = self.client().move_campaign(request).await;
        response.map(|it| it.into_inner().campaign.unwrap())
    }

    pub(crate) async fn card(&self, id: &str) -> pb::GetCampaignResponse {
        let request = pb::GetCampaignRequest {
            campaign_id: id.to_owned(),
        };
        self.client()
            .get_campaign(request)
            .await
            .unwrap()
            .into_inner()
    }

    pub(crate) async fn add(
        &self,
        campaign: &str,
        participants: Vec<pb::Participant>,
    ) -> Result<Vec<pb::Participant>, Status> {
        let request = pb::AddParticipantsRequest {
            campaign_id: campaign.to_owned(),
            participants,
        };
        let response = self.client().add_participants(request).await;
        response.map(|it| it.into_inner().participants)
    }

    /// The id of a participant of this address.
    pub(crate) async fn participant(&self, campaign: &str, email: &str) -> String {
        let added = self.add(campaign, vec![participant("Anna", email)]).await;
        added.unwrap().remove(0).participant_id
    }

    pub(crate) async fn status(&self, campaign: &str, id: &str) -> pb::ParticipantStatus {
        let request = pb::ListParticipantsRequest {
            campaign_id: campaign.to_owned(),
            page_size: 500,
            ..pb::ListParticipantsRequest::default()
        };
        let listed = self
            .client()
            .list_participants(request)
            .await
            .unwrap()
            .into_inner();
        let found = listed
            .participants
            .iter()
            .find(|it| it.participant_id == id);
        found.unwrap().status()
    }

    pub(crate) async fn respond(
        &self,
        campaign: &str,
        participant: &str,
        response: pb::Response,
    ) -> Result<pb::Response, Status> {
        let request = pb::RecordResponseRequest {
            campaign_id: campaign.to_owned(),
            participant_id: participant.to_owned(),
            response: Some(response),
        };
        let response = self.client().record_response(request).await;
        response.map(|it| it.into_inner().response.unwrap())
    }

    pub(crate) async fn responses(&self, campaign: &str) -> Vec<pb::Response> {
        let request = pb::ListResponsesRequest {
            campaign_id: campaign.to_owned(),
            ..pb::ListResponsesRequest::default()
        };
        let listed = self.client().list_responses(request).await;
        listed.unwrap().into_inner().responses
    }
}

/// The member of staff that makes the calls.
pub(crate) fn staff() -> StaffId {
    "staff_019392b1f0007000800000000000000a".parse().unwrap()
}

pub(crate) fn eur(minor: i64) -> Money {
    money(minor, "EUR")
}

pub(crate) fn money(minor: i64, currency: &str) -> Money {
    Money {
        minor,
        currency: currency.to_owned(),
    }
}

/// An instant as the wire carries it.
pub(crate) fn at(text: &str) -> Timestamp {
    timestamp(text.parse().unwrap())
}

pub(crate) fn campaign(name: &str) -> pb::Campaign {
    pb::Campaign {
        kind: "exhibition".to_owned(),
        name: name.to_owned(),
        ..pb::Campaign::default()
    }
}

pub(crate) fn participant(full: &str, email: &str) -> pb::Participant {
    pb::Participant {
        name: Some(PersonName {
            full: full.to_owned(),
            ..PersonName::default()
        }),
        emails: vec![email.to_owned()],
        ..pb::Participant::default()
    }
}

pub(crate) fn event<M: Message + Name>(message: &M, aggregate: &str, revision: i64) -> RawEvent {
    let now = "2026-11-22T09:00:00Z".parse().unwrap();
    Event::new(message, aggregate, revision, now).into()
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
