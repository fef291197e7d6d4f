//! Numbers of touches, credits, costs, channels, refusals and payments.

use super::{FLOW, NUMBER, Number, PLAIN, Part};
use crate::domain::figures::cells::{Channel, Cohort, Cost, Credit, Path, Refusal, Step, Touch};
use crate::domain::figures::records;

const OF_TOUCH: &[(&str, &str)] = &[
    ("kind", "r.kind"),
    ("channel", "r.channel"),
    ("source", "r.source"),
    ("campaign", "r.campaign"),
    ("partner", "r.partner"),
];

macro_rules! touches {
    ($only:literal) => {
        Part {
            from: "touch_record r",
            time: "r.touched_at",
            only: $only,
            labels: OF_TOUCH,
            ..PLAIN
        }
    };
}

pub const TOUCHES: &[Number] = &[
    number!("touches.touches" of Touch in touches!(""), Some(Touch::TABLE), ["touches"]),
    number!("flow.enquiries" of Touch in Part {
        from: "touch_record r join lead_record l on l.generation = r.generation and l.id = r.lead",
        time: "r.enquired_at",
        labels: &[
            ("topic", "l.topic"),
            ("channel", "l.channel"),
            ("source", "l.source"),
            ("campaign", "l.campaign"),
            ("partner", "l.partner"),
            ("agent", "l.agent"),
        ],
        ..PLAIN
    }, FLOW, ["enquiries"]),
    number!("journeys.journeys" of Touch in Part {
        from: "touch_record r",
        time: "r.began_at",
        only: "r.path <> 0 and not exists (select 1 from touch_record t where t.generation = r.generation \
            and t.journey_id = r.journey_id and t.path <> 0 and t.place > r.place)",
        labels: &[("path", "r.path")],
        ..PLAIN
    }, Some(Path::TABLE), ["journeys"]),
    Number {
        // The end of a chain is no touch.
        without: ("to_channel", &["contract", "none"]),
        ..number!("steps.steps" of Touch in Part {
            from: "touch_record r",
            time: "r.touched_at",
            only: "r.path <> 0",
            labels: &[("from_channel", "r.from_channel"), ("to_channel", "r.channel")],
            ..PLAIN
        }, Some(Step::TABLE), ["steps"])
    },
    number!("touches.firsts" of Touch in touches!("r.place = 1"), Some(Touch::TABLE), ["firsts"]),
];

pub const CREDITS: &[Number] = &[number!("attribution.parts" of Credit in Part {
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
    }, Some(Credit::TABLE), ["parts"] => ["revenue"])];

/// Counted are the minutes planned.
pub const COSTS: &[Number] = &[number!("costs.actual" of Cost in Part {
        from: "cost_record r",
        time: "r.spent_at",
        labels: &[
            ("campaign", "r.campaign"),
            ("activity", "r.activity"),
            ("channel", "r.channel"),
            ("kind", "r.kind"),
        ],
        ..PLAIN
    }, Some(Cost::TABLE), ["planned"] => ["actual"])];

pub const CHANNELS: &[Number] = &[number!("channels.requests" of Channel in Part {
        from: "channel_record r",
        time: "r.starts_at",
        from_bound: Some("r.ends_at"),
        only: "r.ends_at > r.starts_at",
        labels: &[("channel", "r.channel"), ("campaign", "r.campaign")],
    }, Some(Channel::TABLE), ["requests"])];

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
        Part {
            from: "refusal_record r",
            time: "r.refused_at",
            only: $only,
            labels: OF_REFUSAL,
            ..PLAIN
        }
    };
}

pub const REFUSALS: &[Number] = &[
    number!("refusals.refusals" of Refusal in refusals!(""), Some(Refusal::TABLE), ["refusals"] => ["lost_value"]),
    number!("flow.refused" of Refusal in refusals!("r.phase in ({lead})"), FLOW, ["refused"]),
    number!("refusals.recovered" of Refusal in refusals!("r.recovered"), Some(Refusal::TABLE), ["recovered"]),
];

macro_rules! payments {
    ($only:literal) => {
        Part {
            from: "payment_record r",
            time: "r.received_at",
            only: $only,
            ..PLAIN
        }
    };
}

pub const PAYMENTS: &[Number] = &[
    number!("flow.received" of Payment in payments!(""), FLOW, [] => ["received"]),
    number!("cohorts.received" of Payment in Part {
        from: "payment_record r",
        time: "r.cohort_at",
        labels: &[("age", "r.age")],
        ..PLAIN
    }, Some(Cohort::TABLE), [] => ["received"]),
    number!("flow.refunded" of Payment in payments!("r.minor < 0"), FLOW, [] => ["refunded"]),
];
