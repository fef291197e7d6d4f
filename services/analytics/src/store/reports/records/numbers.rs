//! The numbers of the reports, each with the records behind it: the same days, the same labels, the same count.

use crate::domain::figures::cells::{
    Channel, Contract, Cost, Credit, Flow, Funnel, Influence, Refusal, Touch,
};
use crate::domain::figures::{CellTable, RecordTable, records};

/// A number that can be opened.
#[derive(Debug)]
pub struct Number {
    /// `report.field`.
    pub name: &'static str,
    pub table: &'static RecordTable,
    /// Where its records are; no record is in two of them.
    pub parts: &'static [Part],
    /// The cells that it is summed up from; without, its records are counted.
    pub cells: Option<&'static CellTable>,
    /// Sums that make up the number, and those that are taken off.
    pub counts: (&'static [&'static str], &'static [&'static str]),
    /// The same for its money.
    pub money: (&'static [&'static str], &'static [&'static str]),
    /// A label, and the values that are left out although the cells hold them: there are no records of them.
    pub without: (&'static str, &'static [&'static str]),
    /// It is of now: the days of the filter do not count.
    pub any_day: bool,
    /// It means something for one campaign alone.
    pub of_campaign: bool,
}

/// Records of one origin. `r` is the record, `l` its lead, `d` its deal.
#[derive(Debug)]
pub struct Part {
    pub from: &'static str,
    /// What the days of the filter are held against.
    pub time: &'static str,
    /// What the first day is held against, where a record has more than a moment.
    pub from_bound: Option<&'static str>,
    /// Which of them count.
    pub only: &'static str,
    /// Labels, and the columns that hold them, or a condition with `{}` in the place of the numbers.
    pub labels: &'static [(&'static str, &'static str)],
}

impl Part {
    pub(super) fn column(&self, label: &str) -> Option<&'static str> {
        let found = self.labels.iter().find(|(name, _)| *name == label);
        found.map(|(_, column)| *column)
    }
}

impl Number {
    /// The labels that it can be narrowed by.
    pub fn labels(&self) -> Vec<&'static str> {
        let Some(first) = self.parts.first() else {
            return Vec::new();
        };
        let summed = |label: &&str| self.cells.is_none_or(|cells| cells.labels.contains(label));
        let labels = first.labels.iter().map(|(label, _)| *label);
        labels.filter(summed).collect()
    }
}

const PLAIN: Part = Part {
    from: "",
    time: "",
    from_bound: None,
    only: "",
    labels: &[],
};

const NUMBER: Number = Number {
    name: "",
    table: records::Lead::TABLE,
    parts: &[],
    cells: None,
    counts: (&[], &[]),
    money: (&[], &[]),
    without: ("", &[]),
    any_day: false,
    of_campaign: false,
};

macro_rules! number {
    ($name:literal of $table:ident in $parts:expr, $cells:expr, $counts:expr $(=> $money:expr)? $(, $flag:ident)*) => {
        Number {
            name: $name,
            table: records::$table::TABLE,
            parts: $parts,
            cells: $cells,
            counts: (&$counts, &[]),
            $(money: (&$money, &[]),)?
            $($flag: true,)*
            ..NUMBER
        }
    };
}

// --- leads

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
        &[Part {
            from: "lead_record r",
            time: $time,
            only: $only,
            labels: OF_LEAD,
            ..PLAIN
        }]
    };
}

const FUNNEL: Option<&CellTable> = Some(Funnel::TABLE);
const FLOW: Option<&CellTable> = Some(Flow::TABLE);
const INFLUENCE: Option<&CellTable> = Some(Influence::TABLE);

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
        "r.state in (select number from label where name in ('new', 'in_work'))"), None, [], any_day),
];

// --- deals: they count under their lead, and by its labels

const BY_LEAD: &[(&str, &str)] = &[
    ("topic", "l.topic"),
    ("channel", "l.channel"),
    ("source", "l.source"),
    ("campaign", "l.campaign"),
    ("partner", "l.partner"),
    ("agent", "l.agent"),
    ("temperature", "l.temperature"),
];

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

macro_rules! touched {
    ($from:literal, $time:literal, $only:literal) => {
        &[Part {
            from: $from,
            time: $time,
            only: $only,
            labels: &[(
                "campaign",
                concat!(
                    "exists (select 1 from touch_record t where t.generation = r.generation ",
                    "and t.journey_id = r.journey_id and t.campaign in ({}) and t.touched_at <= ",
                    $time,
                    ")"
                ),
            )],
            ..PLAIN
        }]
    };
}

pub const DEALS: &[Number] = &[
    number!("funnel.deals" of Deal in deals_of_leads!(""), FUNNEL, ["deals"]),
    number!("funnel.won" of Deal in deals_of_leads!(" and r.state = (select number from label where name = 'won')"), FUNNEL, ["won"]),
    number!("funnel.lost" of Deal in deals_of_leads!(" and r.state = (select number from label where name = 'lost')"), FUNNEL, ["lost"] => ["lost_value"]),
    number!("flow.deals" of Deal in deals!("r.opened_at", ""), FLOW, ["deals"]),
    number!("flow.won" of Deal in deals!("r.closed_at", "r.state = (select number from label where name = 'won')"), FLOW, ["won"] => ["won_value"]),
    number!("flow.lost" of Deal in deals!("r.closed_at", "r.state = (select number from label where name = 'lost')"), FLOW, ["lost"] => ["lost_value"]),
    number!("influence.won" of Deal in touched!("deal_record r", "r.closed_at", "r.state = (select number from label where name = 'won')"), INFLUENCE, ["won"], of_campaign),
    number!("influence.deals" of Deal in touched!("deal_record r", "r.opened_at", ""), INFLUENCE, ["deals"], of_campaign),
    number!("agents.open_deals" of Deal in &[Part { from: "deal_record r", time: "r.opened_at",
        only: "r.state = (select number from label where name = 'open')", labels: BY_DEAL, ..PLAIN }], None, [] => ["value"], any_day),
];

// --- contracts

const BY_DEAL_OF_CONTRACT: &[(&str, &str)] = &[
    ("topic", "coalesce(d.topic, 0)"),
    ("channel", "r.channel"),
    ("source", "r.source"),
    ("campaign", "r.campaign"),
    ("partner", "r.partner"),
    ("agent", "coalesce(d.agent, r.agent)"),
    ("temperature", "0"),
];

const OF_CONTRACT: &[(&str, &str)] = &[
    ("kind", "r.kind"),
    ("agent", "r.agent"),
    ("reason", "r.reason"),
];

macro_rules! contracts {
    ($time:literal, $only:literal) => {
        &[Part {
            from: "contract_record r",
            time: $time,
            only: $only,
            labels: OF_CONTRACT,
            ..PLAIN
        }]
    };
}

const CONTRACT: Option<&CellTable> = Some(Contract::TABLE);

pub const CONTRACTS: &[Number] = &[
    number!("funnel.contracts" of Contract in &[
        Part {
            from: "lead_record l join contract_record r \
                on r.generation = l.generation and r.lead = l.id",
            time: "l.received_at",
            only: "r.signed_at is not null",
            labels: BY_LEAD,
            ..PLAIN
        },
        Part {
            from: "contract_record r left join deal_record d \
                on d.generation = r.generation and d.id = r.deal",
            time: "coalesce(d.opened_at, r.signed_at)",
            only: "not exists (select 1 from lead_record l \
                where l.generation = r.generation and l.id = r.lead) \
                and r.signed_at is not null",
            labels: BY_DEAL_OF_CONTRACT,
            ..PLAIN
        },
    ], FUNNEL, ["contracts"] => ["revenue"]),
    number!("flow.contracts" of Contract in &[Part {
        from: "contract_record r \
            left join lead_record l on l.generation = r.generation and l.id = r.lead \
            left join deal_record d on d.generation = r.generation and d.id = r.deal",
        time: "r.signed_at",
        labels: &[
            ("topic", "coalesce(l.topic, d.topic, 0)"),
            ("channel", "coalesce(l.channel, r.channel)"),
            ("source", "coalesce(l.source, r.source)"),
            ("campaign", "coalesce(l.campaign, r.campaign)"),
            ("partner", "coalesce(l.partner, r.partner)"),
            ("agent", "coalesce(l.agent, d.agent, r.agent)"),
        ],
        ..PLAIN
    }], FLOW, ["contracts"]),
    number!("influence.contracts" of Contract in touched!("contract_record r", "r.signed_at", ""), INFLUENCE, ["contracts"], of_campaign),
    Number {
        without: ("kind", &["extension", "expansion"]),
        ..number!("key_accounts.contracts" of Contract in contracts!("r.signed_at", "r.kind not in (select number from label where name in ('extension', 'expansion'))"), CONTRACT, ["signed"])
    },
    number!("key_accounts.started" of Contract in contracts!("r.started_at", ""), CONTRACT, ["started"]),
    number!("key_accounts.ended" of Contract in contracts!("r.ended_at", ""), CONTRACT, ["ended"] => ["ended_value"]),
    number!("key_accounts.continued" of Contract in contracts!("r.ended_at", "r.continued"), CONTRACT, ["continued"]),
    Number {
        counts: (&["ended"], &["continued"]),
        ..number!("key_accounts.lost" of Contract in contracts!("r.ended_at", "not r.continued"), CONTRACT, [])
    },
];

// --- the rest

const OF_TOUCH: &[(&str, &str)] = &[
    ("kind", "r.kind"),
    ("channel", "r.channel"),
    ("source", "r.source"),
    ("campaign", "r.campaign"),
    ("partner", "r.partner"),
];

macro_rules! touches {
    ($only:literal) => {
        &[Part {
            from: "touch_record r",
            time: "r.touched_at",
            only: $only,
            labels: OF_TOUCH,
            ..PLAIN
        }]
    };
}

pub const TOUCHES: &[Number] = &[
    number!("touches.touches" of Touch in touches!(""), Some(Touch::TABLE), ["touches"]),
    number!("touches.firsts" of Touch in touches!("r.place = 1"), Some(Touch::TABLE), ["firsts"]),
];

pub const CREDITS: &[Number] = &[number!("attribution.parts" of Credit in &[Part {
        from: "credit_record r",
        time: "r.signed_at",
        labels: &[
            ("model", "r.model"),
            ("channel", "r.channel"),
            ("source", "r.source"),
            ("campaign", "r.campaign"),
            ("activity", "r.activity"),
            ("partner", "r.partner"),
        ],
        ..PLAIN
    }], Some(Credit::TABLE), ["parts"] => ["revenue"])];

/// Counted are the minutes planned.
pub const COSTS: &[Number] = &[number!("costs.actual" of Cost in &[Part {
        from: "cost_record r",
        time: "r.spent_at",
        labels: &[
            ("campaign", "r.campaign"),
            ("activity", "r.activity"),
            ("channel", "r.channel"),
            ("kind", "r.kind"),
        ],
        ..PLAIN
    }], Some(Cost::TABLE), ["planned"] => ["actual"])];

pub const CHANNELS: &[Number] = &[number!("channels.requests" of Channel in &[Part {
        from: "channel_record r",
        time: "r.starts_at",
        from_bound: Some("r.ends_at"),
        only: "r.ends_at > r.starts_at",
        labels: &[("channel", "r.channel"), ("campaign", "r.campaign")],
    }], Some(Channel::TABLE), ["requests"])];

const OF_REFUSAL: &[(&str, &str)] = &[
    ("phase", "r.phase"),
    ("stage", "r.stage"),
    ("reason", "r.reason"),
    ("topic", "r.topic"),
    ("channel", "r.channel"),
    ("agent", "r.agent"),
];

macro_rules! refusals {
    ($only:literal) => {
        &[Part {
            from: "refusal_record r",
            time: "r.refused_at",
            only: $only,
            labels: OF_REFUSAL,
            ..PLAIN
        }]
    };
}

pub const REFUSALS: &[Number] = &[
    number!("refusals.refusals" of Refusal in refusals!(""), Some(Refusal::TABLE), ["refusals"] => ["lost_value"]),
    number!("refusals.recovered" of Refusal in refusals!("r.recovered"), Some(Refusal::TABLE), ["recovered"]),
];

macro_rules! payments {
    ($only:literal) => {
        &[Part {
            from: "payment_record r",
            time: "r.received_at",
            only: $only,
            ..PLAIN
        }]
    };
}

pub const PAYMENTS: &[Number] = &[
    number!("flow.received" of Payment in payments!(""), FLOW, [] => ["received"]),
    number!("flow.refunded" of Payment in payments!("r.minor < 0"), FLOW, [] => ["refunded"]),
];
