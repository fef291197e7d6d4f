//! An intake started again on the same database, by rules of a test's own.

use std::sync::Arc;

use ids::PartnerId;
use intake::{
    app::{App, rematch},
    rpc as service_rpc,
};
use matching::model::Model;
use proto::intake::v1::{
    self as pb, identity_service_client::IdentityServiceClient,
    intake_service_client::IntakeServiceClient,
};
use rpc::{AccessLayer, Channel, Identity, Keys, Role, access::Policy};
use sea_orm::ConnectionTrait;
use tokio_util::sync::CancellationToken;
use tonic::Status;

use crate::world::{World, record, submit};

pub(crate) type Identities = IdentityServiceClient<Channel>;

const RULES: &str = include_str!("../../../../libs/matching/src/model/v1.toml");

/// The rules that ship, with other thresholds.
pub(crate) fn rules(same: &str, review: &str) -> String {
    let replaced = RULES
        .replacen("same = 0.75", &format!("same = {same}"), 1)
        .replacen("review = 0.42", &format!("review = {review}"), 1)
        .replacen("doubt = 0.33", &format!("doubt = {review}"), 1);
    assert!(Model::parse(&replaced).is_ok(), "{same}, {review}");
    replaced
}

/// The rules that ship.
pub(crate) fn usual() -> String {
    RULES.to_owned()
}

/// Everybody is new.
pub(crate) fn strict() -> String {
    rules("0.99999999", "0.99999998")
}

/// People are asked about all that is likely.
pub(crate) fn asking() -> String {
    rules("0.99999999", "0.5")
}

/// Changes rows as no program of ours does.
pub(crate) async fn execute(world: &World, sql: &str) {
    let tx = world.app.outbox.begin().await.unwrap();
    tx.connection().execute_unprepared(sql).await.unwrap();
    tx.commit().await.unwrap();
}

pub(crate) struct Office {
    pub(crate) app: Arc<App>,
    channel: Channel,
    keys: Keys,
    partner: Identity,
    boss: String,
}

impl Office {
    pub(crate) fn open(world: &World, rules: &str) -> Self {
        let before = &world.app;
        let app = Arc::new(App::new(
            before.outbox.clone(),
            before.clock.clone(),
            before.settings.clone(),
            Model::parse(rules).unwrap(),
        ));
        let keys = Keys::new([7; 32]).unwrap();
        let access = AccessLayer::new(Policy::new(proto::POLICY).unwrap(), keys.clone());
        let router = service_rpc::router(Arc::clone(&app), CancellationToken::new());
        Self {
            app,
            channel: Channel::in_process(router.layer(access)),
            keys,
            partner: Identity::Partner {
                id: PartnerId::generate().to_string(),
                name: "Partner".to_owned(),
                sandbox: false,
            },
            boss: world.boss.to_string(),
        }
    }

    pub(crate) fn identities(&self) -> Identities {
        self.acting(vec![Role::Head, Role::Admin])
    }

    pub(crate) fn acting(&self, roles: Vec<Role>) -> Identities {
        let id = self.boss.clone();
        let identity = Identity::Staff { id, roles };
        IdentityServiceClient::new(self.channel.clone().acting_as(&self.keys, identity))
    }

    /// Somebody enquires.
    pub(crate) async fn take(&self, number: &str, name: &str, email: &str) -> pb::Receipt {
        let channel = self
            .channel
            .clone()
            .acting_as(&self.keys, self.partner.clone());
        let lead = pb::LeadInput {
            // Without it the second enquiry would only repeat the first.
            message: format!("Enquiry {number}"),
            ..record(number, name, email)
        };
        let request = submit(lead);
        let mut client = IntakeServiceClient::new(channel);
        let response = client.submit_lead(request).await.unwrap();
        response.into_inner().receipt.unwrap()
    }

    /// Nora and Max enquire twice each, Olga once.
    pub(crate) async fn take_five(&self) -> Vec<pb::Receipt> {
        let mut receipts = Vec::new();
        for (number, name, email) in [
            ("1", "Nora Field", "nora@field.eu"),
            ("2", "Max Hill", "max@hill.lv"),
            ("3", "Nora Field", "nora@field.eu"),
            ("4", "Olga Stone", "olga@stone.de"),
            ("5", "Max Hill", "max@hill.lv"),
        ] {
            receipts.push(self.take(number, name, email).await);
        }
        receipts
    }

    pub(crate) async fn start(&self) -> Result<pb::Rematch, Status> {
        let started = self
            .identities()
            .start_rematch(pb::StartRematchRequest {})
            .await?;
        Ok(started.into_inner().rematch.unwrap())
    }

    pub(crate) async fn rematch(&self, id: &str) -> pb::Rematch {
        let request = pb::GetRematchRequest {
            rematch_id: id.to_owned(),
        };
        let found = self.identities().get_rematch(request).await.unwrap();
        found.into_inner().rematch.unwrap()
    }

    /// Does what there is to do, as the background work of the service does.
    pub(crate) async fn work(&self) {
        let shutdown = CancellationToken::new();
        rematch::work(&self.app, &shutdown).await.unwrap();
    }

    /// A rematch from its start to its end.
    pub(crate) async fn run(&self) -> pb::Rematch {
        let started = self.start().await.unwrap();
        self.work().await;
        let done = self.rematch(&started.rematch_id).await;
        assert_eq!(done.state(), pb::RematchState::Done, "{done:?}");
        assert!(done.finished_at.is_some());
        done
    }

    pub(crate) async fn links(&self) -> Vec<pb::IdentityLink> {
        let request = pb::ListLinksRequest::default();
        let links = self.identities().list_links(request).await.unwrap();
        links.into_inner().links
    }

    pub(crate) async fn reviews(&self) -> Vec<pb::Review> {
        let request = pb::ListReviewsRequest::default();
        let reviews = self.identities().list_reviews(request).await.unwrap();
        reviews.into_inner().reviews
    }
}
