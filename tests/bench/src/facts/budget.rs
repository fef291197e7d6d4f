//! What the company plans and spends: campaigns, and a month of costs, figures and plans at a time.

use analytics::store::log::Entry;
use anyhow::Result;
use chrono::{DateTime, Days, Utc};
use ids::{CampaignId, CostId, FiguresId, PlanId};
use proto::campaigns::v1::{CampaignRecorded, ChannelFiguresRecorded, CostRecorded, PlanRecorded};
use proto::convert::timestamp;
use proto::types::v1::Money;
use uuid::Uuid;

use super::{BEGIN, kept, mix};

/// How many campaigns there are.
pub(super) const CAMPAIGNS: u64 = 20;

const MONTHS: u64 = 24;
const CHANNELS: [&str; 6] = ["form", "email", "call", "partner", "campaign", "import"];

/// `camp_…` of a number.
pub(super) fn campaign_id(number: u64) -> String {
    CampaignId::from_uuid(id(3, number)).to_string()
}

fn id(kind: u8, number: u64) -> Uuid {
    Uuid::from_u128(u128::from(kind) << 100 | u128::from(number))
}

#[expect(clippy::unnecessary_wraps, reason = "messages hold options")]
fn money(number: u64, most: u64) -> Option<Money> {
    Some(Money {
        minor: i64::try_from(mix(number) % most).unwrap_or_default(),
        currency: "EUR".to_owned(),
    })
}

fn begin(month: u64) -> DateTime<Utc> {
    let begin = i64::try_from(BEGIN).unwrap_or_default();
    DateTime::from_timestamp(begin, 0).unwrap_or_default() + Days::new(month * 30)
}

/// All of it, as facts to be appended.
pub fn entries() -> Result<Vec<Entry>> {
    let mut entries = Vec::new();
    for number in 0..CAMPAIGNS {
        let message = CampaignRecorded {
            campaign_id: campaign_id(number),
            name: format!("Campaign {number}"),
            kind: "mailing".to_owned(),
            state: "running".to_owned(),
            starts_at: Some(timestamp(begin(0))),
            ..CampaignRecorded::default()
        };
        entries.push(kept(&message, 1, begin(0))?);
    }
    for month in 0..MONTHS {
        let (from, until) = (begin(month), begin(month + 1));
        for number in 0..CAMPAIGNS {
            let place = month * CAMPAIGNS + number;
            let message = CostRecorded {
                cost_id: CostId::from_uuid(id(4, place)).to_string(),
                campaign_id: campaign_id(number),
                line: "Print".to_owned(),
                kind: "expense".to_owned(),
                planned: money(place, 200_000),
                actual: money(place + 1, 200_000),
                spent_at: Some(timestamp(from)),
                ..CostRecorded::default()
            };
            entries.push(kept(&message, 1, from)?);
        }
        for (number, channel) in (0..).zip(CHANNELS) {
            let place = month * 6 + number;
            let message = ChannelFiguresRecorded {
                figures_id: FiguresId::from_uuid(id(5, place)).to_string(),
                channel: channel.to_owned(),
                starts_at: Some(timestamp(from)),
                ends_at: Some(timestamp(until)),
                reach: 100_000,
                clicks: 5_000,
                requests: 900,
                cost: money(place + 2, 900_000),
                ..ChannelFiguresRecorded::default()
            };
            entries.push(kept(&message, 1, from)?);
            let message = PlanRecorded {
                plan_id: PlanId::from_uuid(id(6, place)).to_string(),
                starts_at: Some(timestamp(from)),
                ends_at: Some(timestamp(until)),
                channel: channel.to_owned(),
                target_leads: 5_000,
                allowed_cost_per_lead: money(place + 3, 2_000),
                ..PlanRecorded::default()
            };
            entries.push(kept(&message, 1, from)?);
        }
    }
    Ok(entries)
}
