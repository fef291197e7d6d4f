//! Numbers of leads.

use super::{AGENT, FLOW, FUNNEL, INFLUENCE, NUMBER, Number, PLAIN, Part};
use crate::domain::figures::records;

const OF_LEAD: &[(&str, &str)] = &[
    ("topic", "r.topic"),
    ("channel", "r.channel"),
    ("source", "r.source"),
    ("campaign", "r.campaign"),
    ("partner", "r.partner"),
    ("agent", "r.agent"),
    ("temperature", "r.temperature"),
];

macro_rules! leads {
    ($time:literal, $only:literal) => {
        Part {
            from: "lead_record r",
            time: $time,
            only: $only,
            labels: OF_LEAD,
            ..PLAIN
        }
    };
}

pub const LEADS: &[Number] = &[
    number!("funnel.leads" of Lead in leads!("r.received_at", ""), FUNNEL, ["leads"]),
    number!("funnel.talked" of Lead in leads!("r.received_at", "r.talked_at is not null"), FUNNEL, ["talked"]),
    number!("funnel.qualified" of Lead in leads!("r.received_at", "r.qualified_at is not null"), FUNNEL, ["qualified"]),
    number!("funnel.refused" of Lead in leads!("r.received_at", "r.refused_at is not null"), FUNNEL, ["refused"]),
    number!("funnel.recovered" of Lead in leads!("r.received_at", "r.recovered"), FUNNEL, ["recovered"]),
    number!("flow.leads" of Lead in leads!("r.received_at", ""), FLOW, ["leads"]),
    number!("flow.qualified" of Lead in leads!("r.qualified_at", ""), FLOW, ["qualified"]),
    number!("influence.leads" of Lead in leads!("r.received_at", ""), INFLUENCE, ["leads"], of_campaign),
    number!("agents.open_leads" of Lead in leads!("r.received_at",
        "r.state in ({new,in_work})"), AGENT, ["open_leads"], any_day),
];
