//! Numbers of contracts.

use super::{FLOW, FUNNEL, INFLUENCE, NUMBER, Number, PLAIN, Part};
use crate::domain::figures::cells::{Cohort, Contract};
use crate::domain::figures::{CellTable, records};

/// With the lead and the deal that it came of.
const OF_FUNNEL: Part = Part {
    from: "contract_record r \
        left join lead_record l on l.generation = r.generation and l.id = r.lead \
        left join deal_record d on d.generation = r.generation and d.id = r.deal",
    labels: &[
        ("topic", "coalesce(l.topic, d.topic, 0)"),
        ("channel", "r.channel"),
        ("source", "r.source"),
        ("campaign", "r.campaign"),
        ("partner", "r.partner"),
        ("agent", "coalesce(l.agent, d.agent, r.agent)"),
        ("temperature", "coalesce(l.temperature, 0)"),
    ],
    ..PLAIN
};

const OF_CONTRACT: &[(&str, &str)] = &[
    ("kind", "r.kind"),
    ("agent", "r.agent"),
    ("reason", "r.reason"),
];

macro_rules! contracts {
    ($time:literal, $only:literal) => {
        Part {
            from: "contract_record r",
            time: $time,
            only: $only,
            labels: OF_CONTRACT,
            ..PLAIN
        }
    };
}

macro_rules! cohorts {
    ($only:literal) => {
        Part {
            from: "contract_record r",
            time: "r.cohort_at",
            only: $only,
            labels: &[("age", "r.age")],
            ..PLAIN
        }
    };
}

const COHORT: Option<&CellTable> = Some(Cohort::TABLE);
const CONTRACT: Option<&CellTable> = Some(Contract::TABLE);

pub const CONTRACTS: &[Number] = &[
    number!("funnel.contracts" of Contract in Part { time: "r.counted_at", ..OF_FUNNEL }, FUNNEL, ["contracts"] => ["revenue"]),
    number!("flow.contracts" of Contract in Part { time: "r.signed_at", ..OF_FUNNEL }, FLOW, ["contracts"]),
    number!("influence.contracts" of Contract in touched!("contract_record r", "r.signed_at", ""), INFLUENCE, ["contracts"], of_campaign),
    Number {
        without: ("kind", &["extension", "expansion"]),
        ..number!("key_accounts.contracts" of Contract in contracts!("r.signed_at", "r.kind not in ({extension,expansion})"), CONTRACT, ["signed"])
    },
    number!("key_accounts.started" of Contract in contracts!("r.started_at", ""), CONTRACT, ["started"]),
    number!("key_accounts.ended" of Contract in contracts!("r.ended_at", ""), CONTRACT, ["ended"] => ["ended_value"]),
    number!("key_accounts.continued" of Contract in contracts!("r.ended_at", "r.continued"), CONTRACT, ["continued"]),
    Number {
        counts: (&["ended"], &["continued"]),
        ..number!("key_accounts.lost" of Contract in contracts!("r.ended_at", "not r.continued"), CONTRACT, [])
    },
    number!("cohorts.contracts" of Contract in cohorts!(""), COHORT, ["contracts"]),
    number!("cohorts.clients" of Contract in cohorts!("r.first_of_age"), COHORT, ["clients"]),
];

/// Extensions and expansions: the cells of contracts hold them by their kind.
pub const GROWTHS: &[Number] = &[Number {
    without: ("kind", &["", "new", "renewal", "cross_sale"]),
    ..number!("key_accounts.growths" of Growth in Part {
        from: "growth_record r",
        time: "r.grown_at",
        labels: &[("kind", "r.kind"), ("agent", "r.agent")],
        ..PLAIN
    }, CONTRACT, ["signed"] => ["signed_value"])
}];
