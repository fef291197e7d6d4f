//! Numbers of deals.

use super::{AGENT, FLOW, FUNNEL, INFLUENCE, NUMBER, Number, PLAIN, Part};
use crate::domain::figures::records;

/// With its lead, whose labels it counts by.
const OF_FUNNEL: Part = Part {
    from: "deal_record r left join lead_record l on l.generation = r.generation and l.id = r.lead",
    labels: &[
        ("topic", "coalesce(l.topic, r.topic)"),
        ("channel", "r.channel"),
        ("source", "r.source"),
        ("campaign", "r.campaign"),
        ("partner", "r.partner"),
        ("agent", "coalesce(l.agent, r.agent)"),
        ("temperature", "coalesce(l.temperature, 0)"),
    ],
    ..PLAIN
};

/// The same, but with the agent who has the deal.
const OPEN: Part = Part {
    time: "r.opened_at",
    only: "r.state in ({open})",
    labels: &[
        ("agent", "r.agent"),
        ("topic", "coalesce(l.topic, r.topic)"),
        ("temperature", "coalesce(l.temperature, 0)"),
    ],
    ..OF_FUNNEL
};

macro_rules! deals {
    ($time:literal, $only:literal) => {
        Part {
            time: $time,
            only: $only,
            ..OF_FUNNEL
        }
    };
}

pub const DEALS: &[Number] = &[
    number!("funnel.deals" of Deal in deals!("r.counted_at", ""), FUNNEL, ["deals"]),
    number!("funnel.won" of Deal in deals!("r.counted_at", "r.state in ({won})"), FUNNEL, ["won"]),
    number!("funnel.lost" of Deal in deals!("r.counted_at", "r.state in ({lost})"), FUNNEL, ["lost"] => ["lost_value"]),
    Number {
        counts: (&["deals"], &["won", "lost"]),
        ..number!("funnel.pipeline" of Deal in deals!("r.counted_at", "r.state in ({open})"), FUNNEL, [] => ["pipeline"])
    },
    number!("flow.deals" of Deal in deals!("r.opened_at", ""), FLOW, ["deals"]),
    number!("flow.won" of Deal in deals!("r.closed_at", "r.state in ({won})"), FLOW, ["won"] => ["won_value"]),
    number!("flow.lost" of Deal in deals!("r.closed_at", "r.state in ({lost})"), FLOW, ["lost"] => ["lost_value"]),
    number!("influence.won" of Deal in touched!("deal_record r", "r.closed_at", "r.state in ({won})"), INFLUENCE, ["won"], of_campaign),
    number!("influence.deals" of Deal in touched!("deal_record r", "r.opened_at", ""), INFLUENCE, ["deals"], of_campaign),
    number!("agents.won" of Deal in Part { time: "r.closed_at", only: "r.state in ({won})", ..OPEN }, AGENT, ["won"] => ["won_value"]),
    number!("agents.open_deals" of Deal in OPEN, AGENT, ["open_deals"] => ["open_value"], any_day),
];
