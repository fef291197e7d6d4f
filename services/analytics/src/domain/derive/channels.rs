//! Figures of channels, spread evenly over their days.

use super::{
    Desk,
    attribution::shares::apportion_evenly,
    costs::{currency, minor},
    day,
    desk::{Worth, sane},
    newest, printed,
};
use crate::domain::{
    fact::{Fact, Money, What},
    figures::{Day, cells, records},
};

/// Figures over more days than this count within the first so many: ten years.
const MOST_DAYS: usize = 3_660;

pub(super) fn derive<'a>(facts: &'a [Fact], desk: &mut Desk<'a>) {
    let figures = newest(facts, |what| match what {
        What::ChannelFiguresRecorded { figures, .. } => Some(figures.uuid()),
        _ => None,
    });
    for fact in figures {
        add(&fact.what, desk);
    }
}

fn add<'a>(what: &'a What, desk: &mut Desk<'a>) {
    let What::ChannelFiguresRecorded {
        figures,
        campaign,
        channel,
        starts_at,
        ends_at,
        reach,
        clicks,
        requests,
        cost,
        removed: false,
    } = what
    else {
        return;
    };
    let first = day(*starts_at);
    // Figures without a span are those of their first day.
    let days = usize::try_from(day(*ends_at).saturating_sub(first))
        .unwrap_or(0)
        .clamp(1, MOST_DAYS);
    let totals = [reach, clicks, requests].map(|total| sane(*total));
    let counts = totals.map(|total| apportion_evenly(total, days));
    let costs = spread(cost.as_ref(), first, days, desk);
    let [reaches, clicked, requested] = counts;
    let rows = reaches.into_iter().zip(clicked).zip(requested).zip(&costs);
    for (day, (((reach, clicks), requests), cost)) in (first..).zip(rows) {
        desk.cell(cells::Channel {
            day,
            channel: channel.clone(),
            campaign: printed(campaign.as_ref()),
            reach,
            clicks,
            requests,
            cost: cost.value,
            unconverted: cost.missing,
            ..cells::Channel::default()
        });
    }
    let worth: Worth = costs.into_iter().sum();
    desk.record(records::Channel {
        id: figures.uuid(),
        channel: channel.clone(),
        campaign: printed(campaign.as_ref()),
        starts_at: Some(*starts_at),
        ends_at: Some(*ends_at),
        reach: sane(*reach),
        clicks: sane(*clicks),
        requests: sane(*requests),
        minor: minor(cost.as_ref()),
        currency: currency(cost.as_ref()),
        cost: worth.value,
        converted: worth.converted(),
    });
}

/// The cost of each day, by the rate of that day.
fn spread<'a>(cost: Option<&'a Money>, first: Day, days: usize, desk: &mut Desk<'a>) -> Vec<Worth> {
    let Some(cost) = cost else {
        return vec![Worth::default(); days];
    };
    let mut worths = Vec::with_capacity(days);
    for (day, minor) in (first..).zip(apportion_evenly(cost.minor, days)) {
        worths.push(desk.worth_of(minor, &cost.currency, day));
    }
    worths
}
