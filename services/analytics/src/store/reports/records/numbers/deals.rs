//! Numbers of deals.

use super::{BY_LEAD, FLOW, FUNNEL, INFLUENCE, NUMBER, Number, PLAIN, Part};
use crate::domain::figures::records;

const BY_DEAL: &[(&str, &str)] = &[
    ("topic", "r.topic"),
    ("channel", "r.channel"),
    ("source", "r.source"),
    ("campaign", "r.campaign"),
    ("partner", "r.partner"),
    ("agent", "r.agent"),
    ("temperature", "0"),
];

const BY_LEAD_OR_DEAL: &[(&str, &str)] = &[
    ("topic", "coalesce(l.topic, r.topic)"),
    ("channel", "coalesce(l.channel, r.channel)"),
    ("source", "coalesce(l.source, r.source)"),
    ("campaign", "coalesce(l.campaign, r.campaign)"),
    ("partner", "coalesce(l.partner, r.partner)"),
    ("agent", "coalesce(l.agent, r.agent)"),
];

macro_rules! deals_of_leads {
    ($only:literal) => {
        &[
            Part {
                from: "lead_record l join deal_record r \
                    on r.generation = l.generation and r.lead = l.id",
                time: "l.received_at",
                only: concat!("l.generation = r.generation", $only),
                labels: BY_LEAD,
                ..PLAIN
            },
            Part {
                from: "deal_record r",
                time: "r.opened_at",
                only: concat!(
                    "not exists (select 1 from lead_record l ",
                    "where l.generation = r.generation and l.id = r.lead)",
                    $only
                ),
                labels: BY_DEAL,
                ..PLAIN
            },
        ]
    };
}

macro_rules! deals {
    ($time:literal, $only:literal) => {
        &[Part {
            from: "deal_record r left join lead_record l \
                on l.generation = r.generation and l.id = r.lead",
            time: $time,
            only: $only,
            labels: BY_LEAD_OR_DEAL,
            ..PLAIN
        }]
    };
}

pub const DEALS: &[Number] = &[
    number!("funnel.deals" of Deal in deals_of_leads!(""), FUNNEL, ["deals"]),
    number!("funnel.won" of Deal in deals_of_leads!(" and r.state = (select number from label where name = 'won')"), FUNNEL, ["won"]),
    number!("funnel.lost" of Deal in deals_of_leads!(" and r.state = (select number from label where name = 'lost')"), FUNNEL, ["lost"] => ["lost_value"]),
    Number {
        counts: (&["deals"], &["won", "lost"]),
        ..number!("funnel.pipeline" of Deal in deals_of_leads!(" and r.state = (select number from label where name = 'open')"), FUNNEL, [] => ["pipeline"])
    },
    number!("flow.deals" of Deal in deals!("r.opened_at", ""), FLOW, ["deals"]),
    number!("flow.won" of Deal in deals!("r.closed_at", "r.state = (select number from label where name = 'won')"), FLOW, ["won"] => ["won_value"]),
    number!("flow.lost" of Deal in deals!("r.closed_at", "r.state = (select number from label where name = 'lost')"), FLOW, ["lost"] => ["lost_value"]),
    number!("influence.won" of Deal in touched!("deal_record r", "r.closed_at", "r.state = (select number from label where name = 'won')"), INFLUENCE, ["won"], of_campaign),
    number!("influence.deals" of Deal in touched!("deal_record r", "r.opened_at", ""), INFLUENCE, ["deals"], of_campaign),
    number!("agents.open_deals" of Deal in &[Part { from: "deal_record r", time: "r.opened_at",
        only: "r.state = (select number from label where name = 'open')", labels: BY_DEAL, ..PLAIN }], None, [] => ["value"], any_day),
];
