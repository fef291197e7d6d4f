//! What campaigns cost and are planned to bring, and what currencies are worth.

use std::sync::PoisonError;

use chrono::TimeDelta;
use clock::Timestamp;
use ids::{CostId, FiguresId, PlanId};
use proto::{
    analytics::v1::{Rate, RecordRatesRequest},
    campaigns::v1::{
        ChannelFigures, Cost, CostKind, Plan, RecordChannelFiguresRequest, RecordCostRequest,
        RecordPlanRequest, ReferralTerms, SetReferralTermsRequest,
    },
    convert::timestamp,
    types::v1::Money,
};

use super::{
    Walker,
    campaigns::{self, ADVERTISED, CAMPAIGNS, MONTH, QUARTER, RECOMMENDED},
};
use crate::demo::platform::{Kind, id};

/// Of an hour of work, in cents.
const WAGE: i64 = 2_400;
/// Numbers of the year's records do not reach those of the rest of the demonstration.
const APART: usize = 10_000;
/// For somebody who was brought and bought, in cents.
const REWARD: i64 = 5_000;
/// Leads planned for each quarter.
const TARGETS: [i64; 4] = [380, 450, 520, 560];
/// Billionths of a euro that a forint and a rouble are worth, by month; they repeat when the year is longer.
const HUF: [i64; 6] = [
    2_560_000, 2_540_000, 2_610_000, 2_580_000, 2_520_000, 2_570_000,
];
const RUB: [i64; 6] = [
    10_400_000, 10_150_000, 9_980_000, 10_300_000, 10_520_000, 10_240_000,
];

impl Walker<'_> {
    /// A half of the costs of a campaign: goods and services, and work of our own.
    pub(super) async fn spend(&self, place: usize, half: usize) -> anyhow::Result<()> {
        let Some(told) = CAMPAIGNS.get(place) else {
            return Ok(());
        };
        let money = |units: i64| Money {
            minor: units * 100 / 2,
            currency: told.currency.to_owned(),
        };
        let minutes = told.hours * 60 / 2;
        let lines = [
            Cost {
                kind: CostKind::Expense.into(),
                line: if half == 0 {
                    "Booked beforehand".to_owned()
                } else {
                    "Paid on the way".to_owned()
                },
                planned: Some(money(told.planned)),
                actual: Some(money(told.actual)),
                ..Cost::default()
            },
            Cost {
                kind: CostKind::Labour.into(),
                line: "Own work".to_owned(),
                hourly_rate: Some(Money {
                    minor: WAGE,
                    currency: "EUR".to_owned(),
                }),
                planned_minutes: Some(minutes),
                actual_minutes: Some(minutes + minutes / 8),
                ..Cost::default()
            },
        ];
        for (line, cost) in lines.into_iter().enumerate() {
            let number = APART + (place * 2 + half) * 2 + line;
            let request = RecordCostRequest {
                campaign_id: campaigns::id_of(place),
                cost: Some(Cost {
                    cost_id: CostId::from_uuid(id(Kind::Cost, number)).to_string(),
                    spent_at: Some(timestamp(self.platform.clock.now())),
                    activity_id: campaigns::activity_id(place),
                    ..cost
                }),
            };
            let mut costs = self.platform.costs(&self.team.admin);
            costs.record_cost(request).await?;
        }
        Ok(())
    }

    /// What the places that show the advertisements report of thirty days.
    pub(super) async fn figures(&self, month: i64) -> anyhow::Result<()> {
        let number = APART + usize::try_from(month)?;
        let reach = 18_000 + month * 1_450 % 7_000;
        let clicks = reach / 24;
        let figures = ChannelFigures {
            figures_id: FiguresId::from_uuid(id(Kind::Figures, number)).to_string(),
            campaign_id: campaigns::id_of(ADVERTISED),
            channel: "form".to_owned(),
            starts_at: Some(timestamp(self.day(month * MONTH))),
            ends_at: Some(timestamp(self.day((month + 1) * MONTH))),
            reach,
            clicks,
            requests: clicks / 19,
            ..ChannelFigures::default()
        };
        let request = RecordChannelFiguresRequest {
            figures: Some(figures),
        };
        let mut plans = self.platform.plans(&self.team.admin);
        plans.record_channel_figures(request).await?;
        Ok(())
    }

    /// The plan of a quarter, over all channels.
    pub(super) async fn plan(&self, quarter: i64) -> anyhow::Result<()> {
        let place = usize::try_from(quarter)?;
        let euros = |minor: i64| Money {
            minor,
            currency: "EUR".to_owned(),
        };
        let plan = Plan {
            plan_id: PlanId::from_uuid(id(Kind::Plan, APART + place)).to_string(),
            starts_at: Some(timestamp(self.day(quarter * QUARTER))),
            ends_at: Some(timestamp(self.day((quarter + 1) * QUARTER))),
            target_leads: TARGETS.get(place).copied().unwrap_or_default(),
            allowed_cost_per_lead: Some(euros(1_500)),
            bonus: Some(euros(150_000)),
            fixed_percent: 40,
            ..Plan::default()
        };
        let request = RecordPlanRequest { plan: Some(plan) };
        let mut plans = self.platform.plans(&self.team.admin);
        plans.record_plan(request).await?;
        Ok(())
    }

    pub(super) async fn rates(&self, month: i64) -> anyhow::Result<()> {
        let place = usize::try_from(month)? % HUF.len();
        let day = self.day(month * MONTH).date_naive().to_string();
        let rates = [("HUF", HUF), ("RUB", RUB)].map(|(currency, worth)| Rate {
            currency: currency.to_owned(),
            day: day.clone(),
            rate: billionths(worth.get(place).copied().unwrap_or_default()),
        });
        let request = RecordRatesRequest {
            rates: rates.to_vec(),
        };
        let mut operations = self.platform.operations(&self.team.admin);
        operations.record_rates(request).await?;
        Ok(())
    }

    /// What somebody gets who brings somebody.
    pub(super) async fn promise(&self) -> anyhow::Result<()> {
        let campaign_id = campaigns::id_of(RECOMMENDED);
        let request = SetReferralTermsRequest {
            campaign_id: campaign_id.clone(),
            terms: Some(ReferralTerms {
                campaign_id,
                revision: 0,
                reward: Some(Money {
                    minor: REWARD,
                    currency: "EUR".to_owned(),
                }),
            }),
        };
        let mut referrals = self.platform.referrals(&self.team.admin);
        referrals.set_referral_terms(request).await?;
        Ok(())
    }

    /// The code that somebody of this number brings; none while nobody has one.
    pub(super) fn code(&self, number: usize) -> String {
        let codes = self.codes.lock().unwrap_or_else(PoisonError::into_inner);
        let place = number.checked_rem(codes.len());
        let code = place.and_then(|place| codes.get(place));
        code.cloned().unwrap_or_default()
    }

    fn day(&self, day: i64) -> Timestamp {
        let at = self.begin + TimeDelta::days(day);
        at.date_naive().and_time(chrono::NaiveTime::MIN).and_utc()
    }
}

fn billionths(of: i64) -> String {
    format!("{}.{:09}", of / 1_000_000_000, of % 1_000_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_decimals() {
        assert_eq!(billionths(2_560_000), "0.002560000");
        assert_eq!(billionths(1_050_000_000), "1.050000000");
    }
}
