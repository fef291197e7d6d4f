//! The running platform as the demonstration uses it: by its public methods alone.

use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use clock::{Clock, Timestamp};
use proto::{
    analytics::v1::operations_service_client::OperationsServiceClient,
    campaigns::v1::{
        campaigns_service_client::CampaignsServiceClient, costs_service_client::CostsServiceClient,
        plans_service_client::PlansServiceClient, referrals_service_client::ReferralsServiceClient,
        surveys_service_client::SurveysServiceClient,
    },
    contracts::v1::{
        contracts_service_client::ContractsServiceClient,
        growth_service_client::GrowthServiceClient, payments_service_client::PaymentsServiceClient,
    },
    customers::v1::cases_service_client::CasesServiceClient,
    deals::v1::{
        deals_service_client::DealsServiceClient, offers_service_client::OffersServiceClient,
    },
    gateway::v1::gateway_service_client::GatewayServiceClient,
    intake::v1::intake_service_client::IntakeServiceClient,
};
use rpc::{Channel, Identity, Keys};
use service::Channels;
use uuid::Uuid;

use crate::services::PUBLIC;

/// Events of a whole demonstration take a moment; on a slow machine many.
const PATIENCE: Duration = Duration::from_mins(1);
const PAUSE: Duration = Duration::from_millis(50);

pub(crate) struct Platform {
    pub(crate) channels: Channels,
    pub(crate) keys: Keys,
    /// The one that the services go by.
    pub(crate) clock: Clock,
}

impl Platform {
    pub(super) fn gateway(&self, identity: &Identity) -> GatewayServiceClient<Channel> {
        GatewayServiceClient::new(self.channel(PUBLIC, identity))
    }

    pub(super) fn intake(&self, identity: &Identity) -> IntakeServiceClient<Channel> {
        IntakeServiceClient::new(self.channel("intake", identity))
    }

    pub(super) fn campaigns(&self, identity: &Identity) -> CampaignsServiceClient<Channel> {
        CampaignsServiceClient::new(self.channel("campaigns", identity))
    }

    pub(super) fn deals(&self, identity: &Identity) -> DealsServiceClient<Channel> {
        DealsServiceClient::new(self.channel("deals", identity))
    }

    pub(super) fn contracts(&self, identity: &Identity) -> ContractsServiceClient<Channel> {
        ContractsServiceClient::new(self.channel("contracts", identity))
    }

    pub(super) fn costs(&self, identity: &Identity) -> CostsServiceClient<Channel> {
        CostsServiceClient::new(self.channel("campaigns", identity))
    }

    pub(super) fn plans(&self, identity: &Identity) -> PlansServiceClient<Channel> {
        PlansServiceClient::new(self.channel("campaigns", identity))
    }

    pub(super) fn referrals(&self, identity: &Identity) -> ReferralsServiceClient<Channel> {
        ReferralsServiceClient::new(self.channel("campaigns", identity))
    }

    pub(super) fn surveys(&self, identity: &Identity) -> SurveysServiceClient<Channel> {
        SurveysServiceClient::new(self.channel("campaigns", identity))
    }

    pub(super) fn offers(&self, identity: &Identity) -> OffersServiceClient<Channel> {
        OffersServiceClient::new(self.channel("deals", identity))
    }

    pub(super) fn growth(&self, identity: &Identity) -> GrowthServiceClient<Channel> {
        GrowthServiceClient::new(self.channel("contracts", identity))
    }

    pub(super) fn payments(&self, identity: &Identity) -> PaymentsServiceClient<Channel> {
        PaymentsServiceClient::new(self.channel("contracts", identity))
    }

    pub(super) fn cases(&self, identity: &Identity) -> CasesServiceClient<Channel> {
        CasesServiceClient::new(self.channel("customers", identity))
    }

    pub(super) fn operations(&self, identity: &Identity) -> OperationsServiceClient<Channel> {
        OperationsServiceClient::new(self.channel("analytics", identity))
    }

    pub(super) fn in_days(&self, days: i64) -> Timestamp {
        self.clock.now() + chrono::TimeDelta::days(days)
    }

    fn channel(&self, service: &str, identity: &Identity) -> Channel {
        let channel = self.channels.to(service);
        channel.acting_as(&self.keys, identity.clone())
    }
}

/// What a service has many of in the demonstration. The numbers are part of ids that are stored.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    Staff = 1,
    Door = 2,
    Partner = 3,
    Campaign = 4,
    Activity = 5,
    Participant = 6,
    Response = 7,
    Cost = 8,
    Payment = 9,
    Growth = 10,
    Case = 11,
    Figures = 12,
    Plan = 13,
    SaleObject = 14,
    Offer = 15,
    Survey = 16,
}

/// The same id on every start, so that nothing is entered twice.
pub(super) fn id(kind: Kind, number: usize) -> Uuid {
    const BASE: u128 = 0x0199_0000_0000_7000_8000_0000_0000_0000;
    Uuid::from_u128(BASE | (kind as u128) << 32 | number as u128)
}

/// Asks until there is an answer: what follows by events takes its time.
pub(super) async fn until<T>(
    what: &str,
    mut ask: impl AsyncFnMut() -> anyhow::Result<Option<T>>,
) -> anyhow::Result<T> {
    let began = Instant::now();
    loop {
        if let Some(answer) = ask().await.with_context(|| what.to_owned())? {
            return Ok(answer);
        }
        let seconds = PATIENCE.as_secs();
        ensure!(
            began.elapsed() < PATIENCE,
            "{what}: did not follow in {seconds} s"
        );
        tokio::time::sleep(PAUSE).await;
    }
}
