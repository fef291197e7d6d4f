//! Takes the steps, each by a method that people use.

mod contract;
mod money;
mod offers;
mod pursuit;
mod surveys;

use std::sync::Arc;

use anyhow::Context;
use clock::Timestamp;
use proto::{
    campaigns::v1::{
        AddActivityRequest, CampaignState, CreateCampaignRequest, MoveCampaignRequest,
    },
    convert::timestamp,
    intake::v1::{
        GetLeadRequest, LeadCard, LeadState, NewDeal, Outcome, Receipt, RecordOutcomeRequest,
        ReopenLeadRequest, Temperature, UpdateLeadRequest, Verdict,
    },
    types::v1::Money,
};
use tokio::sync::Mutex;
use tonic::Code;

pub(super) use self::surveys::Sheets;
use super::{
    campaigns::{self, Bringing, CAMPAIGNS},
    story::{Act, Price, Step, Story, Warmth},
};
use crate::demo::{
    data::{self, Way},
    doors::{Arrival, Doors},
    platform::{Platform, until},
    talks::assign,
    team::{Team, agent},
};

/// Days until a deal is expected to close.
const CLOSES: i64 = 45;
/// Code of the topic that an installation starts with.
const TOPIC: &str = "general";

fn is_too_old(error: &anyhow::Error) -> bool {
    let status = error.downcast_ref::<tonic::Status>();
    status.is_some_and(|status| status.code() == Code::Unauthenticated)
}

pub(super) struct Walker<'a> {
    pub(super) platform: &'a Platform,
    pub(super) team: &'a Team,
    pub(super) doors: &'a Doors<'a>,
    pub(super) begin: Timestamp,
    /// Held by steps of campaigns, so that they follow one another.
    pub(super) office: Mutex<()>,
    pub(super) sheets: Sheets,
    /// Codes of those who recommend us, so far.
    pub(super) codes: std::sync::Mutex<Vec<String>>,
}

impl Walker<'_> {
    /// Takes a step. A story that joined the card of another one takes none any more.
    pub(super) async fn take(
        &self,
        act: &Act,
        story: Option<Arc<Mutex<Story>>>,
    ) -> anyhow::Result<()> {
        let Some(story) = story else {
            let _turn = self.office.lock().await;
            return match act.step {
                Step::Begin(place) => self.begin(place).await,
                Step::Spend(place) => self.spend(place, 1).await,
                Step::End(place) => self.move_campaign(place, CampaignState::Past).await,
                Step::Figures(number) => self.figures(number).await,
                Step::Plan(number) => self.plan(number).await,
                Step::Rates(number) => self.rates(number).await,
                _ => Ok(()),
            };
        };
        // Its steps queue here in the order of their times.
        let mut story = story.lock().await;
        if story.joined {
            return Ok(());
        }
        match act.step {
            Step::Arrive(by) => {
                let receipt = self.send(&mut story, by).await?;
                story.joined = receipt.verdict() != Verdict::Created;
                story.lead_id = receipt.lead_id;
                Ok(())
            }
            Step::Again(by) => self.send(&mut story, by).await.map(drop),
            Step::Judge(warmth) => self.judge(&story, warmth).await,
            Step::Refuse(reason) => self.told(&story, Outcome::Negative, reason, None).await,
            Step::Later(reason) => self.told(&story, Outcome::Satisfactory, reason, None).await,
            Step::Welcome => self.told(&story, Outcome::Positive, "", None).await,
            Step::Reopen => self.reopen(&story).await,
            Step::Ask => self.ask(&mut story).await,
            Step::Answer(opinion) => self.answer(&story, opinion).await,
            Step::Qualify(price) => {
                let deal = self.new_deal(&story, price);
                story.price = price;
                self.told(&story, Outcome::Positive, "", Some(deal)).await?;
                story.deal_id = self.card(&story).await?.deal_id;
                Ok(())
            }
            _ => self.pursue(&mut story, &act.step).await,
        }
    }

    async fn begin(&self, place: usize) -> anyhow::Result<()> {
        let Some(told) = CAMPAIGNS.get(place) else {
            return Ok(());
        };
        let mut client = self.platform.campaigns(&self.team.admin);
        let request = CreateCampaignRequest {
            campaign: Some(campaigns::card(place, told, self.begin)),
        };
        client.create_campaign(request).await?;
        let request = AddActivityRequest {
            campaign_id: campaigns::id_of(place),
            activity: Some(campaigns::activity(place, told)),
        };
        client.add_activity(request).await?;
        self.move_campaign(place, CampaignState::Running).await?;
        if place == campaigns::RECOMMENDED {
            self.promise().await?;
        }
        if place == campaigns::ASKED {
            self.open_surveys().await?;
        }
        self.spend(place, 0).await
    }

    async fn move_campaign(&self, place: usize, state: CampaignState) -> anyhow::Result<()> {
        let request = MoveCampaignRequest {
            campaign_id: campaigns::id_of(place),
            state: state.into(),
        };
        let mut client = self.platform.campaigns(&self.team.admin);
        client.move_campaign(request).await?;
        Ok(())
    }

    async fn send(&self, story: &mut Story, by: Bringing) -> anyhow::Result<Receipt> {
        story.arrivals += 1;
        let arrival = Arrival {
            key: format!("year-{}-{}", story.number, story.arrivals),
            form: by.form(),
            campaign_id: match by.way {
                Way::Manual | Way::Partner => by.campaign_id(),
                _ => String::new(),
            },
            entered_by: self.team.next(story.number),
            referral_code: match by.campaign {
                Some(campaigns::RECOMMENDED) => self.code(story.number),
                _ => String::new(),
            },
        };
        let person = &story.person;
        let lead = data::Lead {
            by: by.way,
            name: person.name.clone(),
            email: person.email.clone(),
            phone: person.phone.clone(),
            organisation: person.organisation.clone(),
            city: person.city.clone(),
            country: person.country.clone(),
            locale: person.locale.clone(),
            object: story.good.name.to_owned(),
            message: person.message.clone(),
            fate: None,
        };
        // The signature of a call is too old when other steps have moved the clock meanwhile.
        let receipt = until("a call", async || {
            match self.doors.send(&arrival, &lead).await {
                Err(error) if is_too_old(&error) => Ok(None),
                sent => sent.map(Some),
            }
        });
        receipt.await?.context("the line has no secret")
    }

    async fn card(&self, story: &Story) -> anyhow::Result<LeadCard> {
        let request = GetLeadRequest {
            lead_id: story.lead_id.clone(),
        };
        let mut intake = self.platform.intake(&self.team.admin);
        let answer = intake.get_lead(request).await?.into_inner();
        answer.lead.context("the answer has no card")
    }

    async fn judge(&self, story: &Story, warmth: Warmth) -> anyhow::Result<()> {
        let temperature = match warmth {
            Warmth::Cold => Temperature::Cold,
            Warmth::Warm => Temperature::Warm,
            Warmth::Hot => Temperature::Hot,
        };
        let request = UpdateLeadRequest {
            lead_id: story.lead_id.clone(),
            topic: Some(TOPIC.to_owned()),
            temperature: temperature.into(),
            ..UpdateLeadRequest::default()
        };
        let mut intake = self.platform.intake(&self.team.admin);
        intake.update_lead(request).await?;
        Ok(())
    }

    /// Records what came of a talk, by whoever has the lead.
    async fn told(
        &self,
        story: &Story,
        outcome: Outcome,
        reason: &str,
        new_deal: Option<NewDeal>,
    ) -> anyhow::Result<()> {
        let mut responsible_id = self.card(story).await?.responsible_id;
        if responsible_id.is_empty() {
            responsible_id = self.team.next(story.number);
            assign(self.platform, self.team, &story.lead_id, &responsible_id).await?;
        }
        let next = (outcome == Outcome::Satisfactory).then(|| self.platform.in_days(21));
        let request = RecordOutcomeRequest {
            lead_id: story.lead_id.clone(),
            outcome: outcome.into(),
            reason: reason.to_owned(),
            talk: story.person.message.clone(),
            contact_kind: "call".to_owned(),
            next_contact_at: next.map(timestamp),
            new_deal,
        };
        let mut intake = self.platform.intake(&agent(&responsible_id));
        intake.record_outcome(request).await?;
        Ok(())
    }

    async fn reopen(&self, story: &Story) -> anyhow::Result<()> {
        if self.card(story).await?.state() != LeadState::Refused {
            // What came again has opened it.
            return Ok(());
        }
        let request = ReopenLeadRequest {
            lead_id: story.lead_id.clone(),
            reason: "asked again".to_owned(),
        };
        let mut intake = self.platform.intake(&self.team.admin);
        intake.reopen_lead(request).await?;
        Ok(())
    }

    fn new_deal(&self, story: &Story, price: Price) -> NewDeal {
        let by = match story.person.organisation.as_str() {
            "" => &story.person.name,
            organisation => organisation,
        };
        NewDeal {
            title: format!("{} · {by}", story.good.name),
            amount: Some(Money {
                minor: price.units * 100,
                currency: price.currency.to_owned(),
            }),
            sale_object: story.good.name.to_owned(),
            expected_close_at: Some(timestamp(self.platform.in_days(CLOSES))),
            ..NewDeal::default()
        }
    }
}
