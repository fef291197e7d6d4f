//! All that analytics listens to: every event that figures depend on is kept as a fact.

use std::sync::Arc;

use futures::future::BoxFuture;
use messaging::{BatchError, BatchHandler, Received, Subscription, Tx};
use proto::{campaigns, contracts, customers, deals, gateway, intake, notifications};

use crate::app::App;
use crate::app::keep_facts::keep_facts;
use crate::reading::Kept;

impl<M: Kept + Clone> BatchHandler<M> for App {
    fn handle_all<'a>(
        &'a self,
        tx: &'a Tx,
        events: &'a [Received<M>],
    ) -> BoxFuture<'a, Result<(), BatchError>> {
        Box::pin(keep_facts(self, tx, events))
    }
}

pub fn subscriptions(app: &Arc<App>) -> Vec<Subscription> {
    vec![
        intake(app),
        customers(app),
        campaigns(app),
        Subscription::new("analytics", "notifications")
            .on_batch::<notifications::v1::QuestionnaireAnswered>(app.clone()),
        deals(app),
        contracts(app),
        Subscription::new("analytics", "gateway")
            .on_batch::<gateway::v1::StaffRecorded>(app.clone())
            .on_batch::<gateway::v1::PartnerRecorded>(app.clone()),
    ]
}

fn intake(app: &Arc<App>) -> Subscription {
    use intake::v1;
    Subscription::new("analytics", "intake")
        .on_batch::<v1::LeadCreated>(app.clone())
        .on_batch::<v1::EnquiryAttached>(app.clone())
        .on_batch::<v1::LeadRecorded>(app.clone())
        .on_batch::<v1::LeadAssigned>(app.clone())
        .on_batch::<v1::LeadOutcomeRecorded>(app.clone())
        .on_batch::<v1::LeadQualified>(app.clone())
        .on_batch::<v1::LeadRefused>(app.clone())
        .on_batch::<v1::LeadReopened>(app.clone())
}

fn customers(app: &Arc<App>) -> Subscription {
    use customers::v1;
    Subscription::new("analytics", "customers")
        .on_batch::<v1::PersonRecorded>(app.clone())
        .on_batch::<v1::PersonsMerged>(app.clone())
        .on_batch::<v1::PersonsSplit>(app.clone())
        .on_batch::<v1::CaseRecorded>(app.clone())
}

fn campaigns(app: &Arc<App>) -> Subscription {
    use campaigns::v1;
    Subscription::new("analytics", "campaigns")
        .on_batch::<v1::CampaignRecorded>(app.clone())
        .on_batch::<v1::ActivityRecorded>(app.clone())
        .on_batch::<v1::ParticipantRecorded>(app.clone())
        .on_batch::<v1::ParticipantContacted>(app.clone())
        .on_batch::<v1::ResponseRecorded>(app.clone())
        .on_batch::<v1::CostRecorded>(app.clone())
        .on_batch::<v1::ChannelFiguresRecorded>(app.clone())
        .on_batch::<v1::PlanRecorded>(app.clone())
        .on_batch::<v1::SurveyAnswered>(app.clone())
        .on_batch::<v1::ReferralMade>(app.clone())
        .on_batch::<v1::ReferralRewarded>(app.clone())
}

fn deals(app: &Arc<App>) -> Subscription {
    use deals::v1;
    Subscription::new("analytics", "deals")
        .on_batch::<v1::TopicRecorded>(app.clone())
        .on_batch::<v1::DealOpened>(app.clone())
        .on_batch::<v1::DealStageChanged>(app.clone())
        .on_batch::<v1::DealWon>(app.clone())
        .on_batch::<v1::DealLost>(app.clone())
        .on_batch::<v1::DealRecorded>(app.clone())
        .on_batch::<v1::DealActivityCompleted>(app.clone())
        .on_batch::<v1::OfferRecorded>(app.clone())
}

fn contracts(app: &Arc<App>) -> Subscription {
    use contracts::v1;
    Subscription::new("analytics", "contracts")
        .on_batch::<v1::ContractSigned>(app.clone())
        .on_batch::<v1::ContractActivated>(app.clone())
        .on_batch::<v1::ContractEnded>(app.clone())
        .on_batch::<v1::ContractRecorded>(app.clone())
        .on_batch::<v1::ContractGrown>(app.clone())
        .on_batch::<v1::PaymentRecorded>(app.clone())
}
