//! A deal on its way to a contract, and the contract.

use anyhow::Context;
use chrono::Months;
use proto::{
    contracts::v1::{
        ActivateContractRequest, Contract, ListContractsRequest, SendContractRequest,
        SignContractRequest, UpdateContractRequest,
    },
    convert::timestamp,
    deals::v1::{
        Deal, GetDealRequest, ListDealsRequest, LoseDealRequest, MoveDealRequest, WinDealRequest,
    },
};
use rpc::Identity;
use tonic::Code;

use super::Walker;
use crate::demo::{
    platform::until,
    team::agent,
    year::story::{Step, Story},
};

/// Deals of a person that are looked at.
const DEALS: i32 = 50;

impl Walker<'_> {
    /// Takes a step of a deal or a contract, by whoever has the deal.
    pub(super) async fn pursue(&self, story: &mut Story, step: &Step) -> anyhow::Result<()> {
        if matches!(step, Step::Renew) {
            return self.renew(story).await;
        }
        let deal = until("the deal of a lead", async || self.deal(story).await).await?;
        let agent = agent(&deal.responsible_id);
        match step {
            Step::Offer(_) | Step::Improve(_) | Step::Accept | Step::Decline => {
                self.negotiate(story, &agent, step).await?;
            }
            Step::Stage(stage) => {
                let request = MoveDealRequest {
                    deal_id: deal.deal_id,
                    stage: (*stage).to_owned(),
                };
                self.platform.deals(&agent).move_deal(request).await?;
            }
            Step::Lose(reason) => {
                let request = LoseDealRequest {
                    deal_id: deal.deal_id,
                    reason: (*reason).to_owned(),
                    note: String::new(),
                };
                self.platform.deals(&agent).lose_deal(request).await?;
            }
            Step::Win => {
                let request = WinDealRequest {
                    deal_id: deal.deal_id,
                    amount: None,
                };
                self.platform.deals(&agent).win_deal(request).await?;
            }
            _ => self.proceed(story, &agent, step).await?,
        }
        Ok(())
    }

    /// Takes up the deal that was opened when the renewal of the contract fell due.
    async fn renew(&self, story: &mut Story) -> anyhow::Result<()> {
        let person_id = self.card(story).await?.person_id;
        let renewal = until("the renewal of a contract", async || {
            let request = ListDealsRequest {
                person_id: person_id.clone(),
                page_size: DEALS,
                ..ListDealsRequest::default()
            };
            let mut deals = self.platform.deals(&self.team.admin);
            let answer = deals.list_deals(request).await?.into_inner();
            let mut found = answer.deals.into_iter();
            Ok(found.find(|it| it.previous_contract_id == story.contract_id))
        });
        story.deal_id = renewal.await?.deal_id;
        story.contract_id.clear();
        story.renewals += 1;
        Ok(())
    }

    async fn deal(&self, story: &Story) -> anyhow::Result<Option<Deal>> {
        let request = GetDealRequest {
            deal_id: story.deal_id.clone(),
        };
        let mut deals = self.platform.deals(&self.team.admin);
        match deals.get_deal(request).await {
            Ok(answer) => Ok(answer.into_inner().deal),
            Err(status) if status.code() == Code::NotFound => Ok(None),
            Err(status) => Err(status.into()),
        }
    }

    async fn proceed(
        &self,
        story: &mut Story,
        agent: &Identity,
        step: &Step,
    ) -> anyhow::Result<()> {
        if story.contract_id.is_empty() {
            let drafted = until("the contract of a deal", async || {
                self.contract(story).await
            })
            .await?;
            story.contract_id = drafted.contract_id;
        }
        let contract_id = story.contract_id.clone();
        let mut contracts = self.platform.contracts(agent);
        match step {
            Step::Send => {
                let now = self.platform.clock.now();
                let last = now
                    .checked_add_months(Months::new(story.price.term))
                    .context("the calendar ends")?;
                let request = UpdateContractRequest {
                    contract_id: contract_id.clone(),
                    starts_at: Some(timestamp(now)),
                    ends_at: Some(timestamp(last)),
                    recurring: Some(story.price.months > 0),
                    period_months: Some(story.price.months).filter(|months| *months > 0),
                    ..UpdateContractRequest::default()
                };
                contracts.update_contract(request).await?;
                let request = SendContractRequest { contract_id };
                contracts.send_contract(request).await?;
            }
            Step::Sign => {
                let request = SignContractRequest {
                    contract_id,
                    signed_at: None,
                };
                contracts.sign_contract(request).await?;
            }
            Step::Activate => {
                let request = ActivateContractRequest { contract_id };
                contracts.activate_contract(request).await?;
                self.plan_payments(story, agent).await?;
            }
            _ => self.serve(story, agent, step).await?,
        }
        Ok(())
    }

    async fn contract(&self, story: &Story) -> anyhow::Result<Option<Contract>> {
        let request = ListContractsRequest {
            deal_id: story.deal_id.clone(),
            ..ListContractsRequest::default()
        };
        let mut contracts = self.platform.contracts(&self.team.admin);
        let answer = contracts.list_contracts(request).await?.into_inner();
        Ok(answer.contracts.into_iter().next())
    }
}
