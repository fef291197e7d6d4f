//! A contracts service on a fresh database, with hands on its clock.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use clock::{Clock, Hands};
use contracts::app::App;
use ids::{DealId, LeadId, OrganisationId, PersonId, StaffId};
use messaging::{Delivered, Event, HandlerError, Outbox, RawEvent, Received, outbox};
use prost::{Message, Name};
use proto::contracts::v1::contracts_service_client::ContractsServiceClient;
use proto::contracts::v1::{
    ActivateContractRequest, Contract, EndContractRequest, GetContractRequest, GetContractResponse,
    ListContractsRequest, SendContractRequest, SignContractRequest, UpdateContractRequest,
};
use proto::deals::v1::DealWon;
use rpc::access::{AccessLayer, Policy};
use rpc::{Channel, Identity, Keys, Role};
use service::Started;
use service::settings::Section;
use testkit::Storage;
use tokio_util::sync::CancellationToken;
use tonic::Status;

pub(crate) type Client = ContractsServiceClient<Channel>;

pub(crate) struct World {
    pub(crate) label: &'static str,
    pub(crate) app: Arc<App>,
    pub(crate) hands: Hands,
    pub(crate) client: Client,
    /// To the other services of the package, on the same terms.
    pub(crate) channel: Channel,
    /// Who `client` speaks for.
    pub(crate) staff: StaffId,
    started: Started,
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

/// Noon some days later.
pub(crate) fn day(n: u64) -> Option<prost_types::Timestamp> {
    stamp(noon() + Duration::from_hours(24 * n))
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

/// A won deal.
pub(crate) fn won(title: &str) -> DealWon {
    DealWon {
        deal_id: DealId::generate().to_string(),
        lead_id: LeadId::generate().to_string(),
        person_id: PersonId::generate().to_string(),
        organisation_id: OrganisationId::generate().to_string(),
        title: title.to_owned(),
        amount: euros(120_000),
        sale_object: "desk".to_owned(),
        responsible_id: StaffId::generate().to_string(),
        won_at: stamp(noon()),
        renews_contract_id: String::new(),
        contract_kind: "new".to_owned(),
        previous_contract_id: String::new(),
        client_chosen: false,
    }
}

impl World {
    pub(crate) async fn on(storage: Storage) -> Self {
        let definition = contracts::definition();
        let database = storage
            .database("contracts", &service::migrations(&definition))
            .await;
        let (clock, hands) = Clock::manual(noon());
        let settings = Section::of_defaults(definition.name, definition.settings).unwrap();
        let settings = settings.parse().unwrap();
        let app = Arc::new(App {
            outbox: Outbox::new(database, "contracts"),
            clock,
            settings,
        });
        let started = contracts::wire(&app, &CancellationToken::new());
        let keys = Keys::new("a secret of more than thirty-two bytes").unwrap();
        let policy = Policy::new(proto::POLICY).unwrap();
        let router = started
            .router
            .clone()
            .layer(AccessLayer::new(policy, keys.clone()));
        let staff = StaffId::generate();
        let agent = Identity::Staff {
            id: staff.to_string(),
            roles: vec![Role::KeyAccountManager],
        };
        let channel = Channel::in_process(router).acting_as(&keys, agent);
        Self {
            label: storage.label(),
            app,
            hands,
            client: Client::new(channel.clone()),
            channel,
            staff,
            started,
            _storage: storage,
        }
    }

    pub(crate) fn days_pass(&self, days: u64) {
        self.hands.advance(Duration::from_hours(24 * days));
    }

    /// A draft, of a deal that was just won.
    pub(crate) async fn draft(&self, title: &str) -> Contract {
        let deal = won(title);
        self.deliver(&deal, &deal.deal_id, 4).await;
        self.contract_of(&deal.deal_id).await
    }

    /// A signed contract with a period, in days from noon.
    pub(crate) async fn signed(&self, starts: u64, ends: u64) -> Contract {
        let draft = self.draft("Desks").await;
        let request = UpdateContractRequest {
            contract_id: draft.contract_id.clone(),
            starts_at: day(starts),
            ends_at: day(ends),
            ..UpdateContractRequest::default()
        };
        self.update(request).await.unwrap();
        self.send(&draft).await.unwrap();
        self.sign(&draft).await.unwrap()
    }

    /// A signed contract without days.
    pub(crate) async fn signed_without_end(&self) -> Contract {
        let draft = self.draft("Desks").await;
        self.send(&draft).await.unwrap();
        self.sign(&draft).await.unwrap()
    }

    pub(crate) async fn contract_of(&self, deal_id: &str) -> Contract {
        let request = ListContractsRequest {
            deal_id: deal_id.to_owned(),
            ..ListContractsRequest::default()
        };
        let page = self
            .client
            .clone()
            .list_contracts(request)
            .await
            .unwrap()
            .into_inner();
        assert_eq!(page.total, 1, "{}", self.label);
        page.contracts.into_iter().next().unwrap()
    }

    pub(crate) async fn card(&self, contract: &Contract) -> GetContractResponse {
        let request = GetContractRequest {
            contract_id: contract.contract_id.clone(),
        };
        self.client
            .clone()
            .get_contract(request)
            .await
            .unwrap()
            .into_inner()
    }

    pub(crate) async fn now(&self, contract: &Contract) -> Contract {
        self.card(contract).await.contract.unwrap()
    }

    /// Kinds of the lines of the history, oldest first.
    pub(crate) async fn history(&self, contract: &Contract) -> Vec<String> {
        let lines = self.card(contract).await.history;
        lines.into_iter().rev().map(|line| line.kind).collect()
    }

    pub(crate) async fn update(&self, request: UpdateContractRequest) -> Result<Contract, Status> {
        let response = self.client.clone().update_contract(request).await?;
        Ok(response.into_inner().contract.unwrap())
    }

    pub(crate) async fn send(&self, contract: &Contract) -> Result<Contract, Status> {
        let request = SendContractRequest {
            contract_id: contract.contract_id.clone(),
        };
        Ok(self
            .client
            .clone()
            .send_contract(request)
            .await?
            .into_inner()
            .contract
            .unwrap())
    }

    pub(crate) async fn sign(&self, contract: &Contract) -> Result<Contract, Status> {
        let contract_id = contract.contract_id.clone();
        let request = SignContractRequest {
            contract_id,
            signed_at: None,
        };
        Ok(self
            .client
            .clone()
            .sign_contract(request)
            .await?
            .into_inner()
            .contract
            .unwrap())
    }

    pub(crate) async fn activate(&self, contract: &Contract) -> Result<Contract, Status> {
        let request = ActivateContractRequest {
            contract_id: contract.contract_id.clone(),
        };
        Ok(self
            .client
            .clone()
            .activate_contract(request)
            .await?
            .into_inner()
            .contract
            .unwrap())
    }

    pub(crate) async fn end(
        &self,
        contract: &Contract,
        kind: &str,
        reason: &str,
    ) -> Result<Contract, Status> {
        let request = EndContractRequest {
            contract_id: contract.contract_id.clone(),
            kind: kind.to_owned(),
            reason: reason.to_owned(),
        };
        Ok(self
            .client
            .clone()
            .end_contract(request)
            .await?
            .into_inner()
            .contract
            .unwrap())
    }

    /// Another process of the service on the same database.
    pub(crate) fn other_process(&self) -> App {
        App {
            outbox: Outbox::new(self.app.database().clone(), "contracts"),
            ..App::clone(&self.app)
        }
    }

    /// What was announced of this kind, in order.
    pub(crate) async fn announced<M: Message + Name + Default>(&self) -> Vec<Received<M>> {
        let all = outbox::retained(self.app.database()).await.unwrap();
        all.iter()
            .filter(|event| event.kind == M::full_name())
            .map(|event| event.decode().unwrap())
            .collect()
    }

    /// Delivers an event twice: the second time must change nothing.
    pub(crate) async fn deliver<M: Message + Name>(
        &self,
        message: &M,
        of: impl ToString,
        revision: i64,
    ) {
        let event = self.event(message, of, revision);
        assert_eq!(
            self.hand_over(&event).await.unwrap(),
            Delivered::Handled,
            "{}",
            self.label
        );
        let before = outbox::retained(self.app.database()).await.unwrap();
        assert_eq!(
            self.hand_over(&event).await.unwrap(),
            Delivered::Repeated,
            "{}",
            self.label
        );
        let after = outbox::retained(self.app.database()).await.unwrap();
        assert_eq!(after, before, "{}", self.label);
    }

    /// An event of another service.
    pub(crate) fn event<M: Message + Name>(
        &self,
        message: &M,
        of: impl ToString,
        revision: i64,
    ) -> RawEvent {
        Event::new(message, of, revision, self.app.clock.now()).into()
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
}
