//! What comes while a contract is in force.

use std::sync::PoisonError;

use chrono::TimeDelta;
use ids::{CaseId, GrowthId, PaymentId};
use proto::{
    campaigns::v1::{CampaignState, GetCampaignRequest, IssueReferralCodeRequest},
    contracts::v1::{
        EndContractRequest, ExpandContractRequest, InstalmentPlan, ListPaymentsRequest, Payment,
        PeriodPlan, PlanPaymentsRequest, ReceivePaymentRequest, RefundPaymentRequest,
        plan_payments_request,
    },
    convert::timestamp,
    customers::v1::{Case, OpenCaseRequest, ResolveCaseRequest},
    types::v1::Money,
};
use rpc::Identity;

use super::{Walker, campaigns};
use crate::demo::{
    platform::{Kind, id},
    year::story::{Step, Story},
};

/// A payment that comes some days early is taken too.
const EARLY: TimeDelta = TimeDelta::days(10);
/// Payments of a contract that are looked at.
const PAYMENTS: i32 = 100;

impl Walker<'_> {
    pub(super) async fn plan_payments(
        &self,
        story: &Story,
        agent: &Identity,
    ) -> anyhow::Result<()> {
        let first = id(Kind::Payment, story.number * 1_000 + story.renewals);
        let plan = if story.price.months > 0 {
            plan_payments_request::Plan::Periods(PeriodPlan { due_days: 30 })
        } else {
            plan_payments_request::Plan::Instalments(InstalmentPlan {
                count: 2,
                total: None,
                first_due_at: Some(timestamp(self.platform.in_days(30))),
                months_between: 1,
            })
        };
        let request = PlanPaymentsRequest {
            contract_id: story.contract_id.clone(),
            plan_id: PaymentId::from_uuid(first).to_string(),
            plan: Some(plan),
        };
        let mut payments = self.platform.payments(agent);
        payments.plan_payments(request).await?;
        Ok(())
    }

    pub(super) async fn serve(
        &self,
        story: &Story,
        agent: &Identity,
        step: &Step,
    ) -> anyhow::Result<()> {
        match step {
            Step::Receive => self.receive(story, agent).await,
            Step::Refund => self.refund(story, agent).await,
            Step::Expand => self.expand(story, agent).await,
            Step::Complain(failed) => self.complain(story, agent, failed).await,
            Step::Help => self.help(story, agent).await,
            Step::Recommend => self.recommend(story).await,
            Step::Terminate(reason) => {
                let request = EndContractRequest {
                    contract_id: story.contract_id.clone(),
                    kind: "terminated".to_owned(),
                    reason: (*reason).to_owned(),
                };
                self.platform.contracts(agent).end_contract(request).await?;
                Ok(())
            }
            _ => Ok(()),
        }
    }

    async fn all(&self, story: &Story, agent: &Identity) -> anyhow::Result<Vec<Payment>> {
        let request = ListPaymentsRequest {
            contract_id: story.contract_id.clone(),
            page_size: PAYMENTS,
            ..ListPaymentsRequest::default()
        };
        let mut payments = self.platform.payments(agent);
        let answer = payments.list_payments(request).await?.into_inner();
        let mut all = answer.payments;
        all.sort_by_key(|it| it.due_at.map(|at| at.seconds));
        Ok(all)
    }

    async fn receive(&self, story: &Story, agent: &Identity) -> anyhow::Result<()> {
        let soon = (self.platform.clock.now() + EARLY).timestamp();
        let all = self.all(story, agent).await?;
        let due = all
            .into_iter()
            .find(|it| it.received_at.is_none() && it.due_at.is_some_and(|at| at.seconds <= soon));
        let Some(due) = due else {
            return Ok(());
        };
        let request = ReceivePaymentRequest {
            contract_id: story.contract_id.clone(),
            payment_id: due.payment_id,
            received_at: None,
        };
        let mut contracts = self.platform.contracts(agent);
        contracts.receive_payment(request).await?;
        Ok(())
    }

    async fn refund(&self, story: &Story, agent: &Identity) -> anyhow::Result<()> {
        let all = self.all(story, agent).await?;
        let Some(paid) = all.into_iter().find(|it| it.received_at.is_some()) else {
            return Ok(());
        };
        let amount = paid.amount.map(|amount| Money {
            minor: amount.minor / 5,
            ..amount
        });
        let refund = id(Kind::Payment, story.number * 1_000 + 999);
        let request = RefundPaymentRequest {
            contract_id: story.contract_id.clone(),
            payment_id: paid.payment_id,
            refund_id: PaymentId::from_uuid(refund).to_string(),
            amount,
            reason: "damaged on the way".to_owned(),
            refunded_at: None,
        };
        let mut payments = self.platform.payments(agent);
        payments.refund_payment(request).await?;
        Ok(())
    }

    async fn expand(&self, story: &Story, agent: &Identity) -> anyhow::Result<()> {
        let growth = id(Kind::Growth, story.number);
        let request = ExpandContractRequest {
            contract_id: story.contract_id.clone(),
            growth_id: GrowthId::from_uuid(growth).to_string(),
            amount_added: Some(Money {
                minor: story.price.units * 100 / 5,
                currency: story.price.currency.to_owned(),
            }),
            from_at: Some(timestamp(self.platform.clock.now())),
            ..ExpandContractRequest::default()
        };
        self.platform.growth(agent).expand_contract(request).await?;
        Ok(())
    }

    async fn complain(&self, story: &Story, agent: &Identity, failed: &str) -> anyhow::Result<()> {
        let case = Case {
            case_id: case_id(story),
            step: failed.to_owned(),
            severity: if story.number.is_multiple_of(3) {
                "major".to_owned()
            } else {
                "minor".to_owned()
            },
            subject_id: story.contract_id.clone(),
            text: story.person.message.clone(),
            ..Case::default()
        };
        let request = OpenCaseRequest { case: Some(case) };
        self.platform.cases(agent).open_case(request).await?;
        Ok(())
    }

    async fn help(&self, story: &Story, agent: &Identity) -> anyhow::Result<()> {
        let request = ResolveCaseRequest {
            case_id: case_id(story),
            revision: 0,
            resolution: "Put right on the spot.".to_owned(),
        };
        self.platform.cases(agent).resolve_case(request).await?;
        Ok(())
    }

    /// Gives a client a code, while the campaign of those runs.
    async fn recommend(&self, story: &Story) -> anyhow::Result<()> {
        let campaign_id = campaigns::id_of(campaigns::RECOMMENDED);
        let request = GetCampaignRequest {
            campaign_id: campaign_id.clone(),
        };
        let mut client = self.platform.campaigns(&self.team.admin);
        let running = match client.get_campaign(request).await {
            Ok(answer) => answer
                .into_inner()
                .campaign
                .is_some_and(|it| it.state() == CampaignState::Running),
            Err(status) if status.code() == tonic::Code::NotFound => false,
            Err(status) => return Err(status.into()),
        };
        let person_id = self.card(story).await?.person_id;
        if !running || person_id.is_empty() {
            return Ok(());
        }
        let request = IssueReferralCodeRequest {
            campaign_id,
            person_id,
        };
        let mut referrals = self.platform.referrals(&self.team.admin);
        let issued = referrals.issue_referral_code(request).await?.into_inner();
        if let Some(code) = issued.code {
            let mut codes = self.codes.lock().unwrap_or_else(PoisonError::into_inner);
            codes.push(code.code);
        }
        Ok(())
    }
}

fn case_id(story: &Story) -> String {
    CaseId::from_uuid(id(Kind::Case, story.number)).to_string()
}
