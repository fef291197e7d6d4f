//! What campaigns had a hand in.

use std::collections::BTreeMap;

use clock::Timestamp;

use super::{Desk, book::Book, day};
use crate::domain::figures::cells::Influence;

pub(super) fn derive(book: &Book<'_>, desk: &mut Desk<'_>) {
    for (lead, arrival) in book.arrived() {
        let labels = lead.labels();
        if !labels.campaign.is_empty() {
            desk.cell(Influence {
                day: day(arrival.at),
                campaign: labels.campaign,
                channel: labels.channel,
                leads: 1,
                ..Influence::default()
            });
        }
    }
    let campaigns = first_touches(book);
    if campaigns.is_empty() {
        return;
    }
    for deal in book.deals.values() {
        each(&campaigns, deal.opened_at, desk, |cell| cell.deals = 1);
        if let Some(at) = deal.won_at() {
            each(&campaigns, at, desk, |cell| cell.won = 1);
        }
    }
    for contract in book.contracts.values() {
        if let Some(at) = contract.signed_at {
            let revenue = contract.revenue().value;
            each(&campaigns, at, desk, |cell| {
                cell.contracts = 1;
                cell.revenue = revenue;
            });
        }
    }
}

/// When each campaign first touched the journey, and by which channel.
fn first_touches<'b>(book: &'b Book<'_>) -> BTreeMap<&'b str, (Timestamp, &'b str)> {
    let mut campaigns = BTreeMap::new();
    for touch in &book.touches {
        if !touch.labels.campaign.is_empty() {
            campaigns
                .entry(touch.labels.campaign.as_str())
                .or_insert((touch.at, touch.labels.channel.as_str()));
        }
    }
    campaigns
}

/// A row for each campaign that had touched the journey by then.
fn each(
    campaigns: &BTreeMap<&str, (Timestamp, &str)>,
    at: Timestamp,
    desk: &mut Desk<'_>,
    fill: impl Fn(&mut Influence),
) {
    for (campaign, (touched_at, channel)) in campaigns {
        if *touched_at <= at {
            let mut cell = Influence {
                day: day(at),
                campaign: (*campaign).to_owned(),
                channel: (*channel).to_owned(),
                ..Influence::default()
            };
            fill(&mut cell);
            desk.cell(cell);
        }
    }
}
