//! Numbers of what happened to leads and deals.

use super::{AGENT, FLOW, NUMBER, Number, PLAIN, Part};
use crate::domain::figures::cells::{Purchase, Stage};
use crate::domain::figures::{CellTable, records};

const STAGE: Option<&CellTable> = Some(Stage::TABLE);
const PURCHASE: Option<&CellTable> = Some(Purchase::TABLE);

const OF_HISTORY: &[(&str, &str)] = &[
    ("topic", "r.topic"),
    ("channel", "r.channel"),
    ("source", "r.source"),
    ("campaign", "r.campaign"),
    ("partner", "r.partner"),
    ("agent", "r.agent"),
    ("temperature", "r.temperature"),
    ("stage", "r.stage"),
];

macro_rules! history {
    ($only:literal) => {
        Part {
            from: "history_record r",
            time: "r.happened_at",
            only: $only,
            labels: OF_HISTORY,
            ..PLAIN
        }
    };
}

pub const HISTORY: &[Number] = &[
    number!("stages.entered" of History in history!("r.kind in ({stay})"), STAGE, ["entered"]),
    number!("stages.completed" of History in history!("r.kind in ({stay}) and r.ended_at is not null"), STAGE, ["completed"]),
    number!("stages.advanced" of History in history!("r.kind in ({stay}) and r.advanced"), STAGE, ["advanced"]),
    number!("stages.won" of History in history!("r.kind in ({stay}) and r.outcome in ({won})"), STAGE, ["won"]),
    number!("stages.lost" of History in history!("r.kind in ({stay}) and r.outcome in ({lost})"), STAGE, ["lost"] => ["lost_value"]),
    number!("agents.assigned" of History in history!("r.kind in ({assignment})"), AGENT, ["assigned"]),
    number!("agents.first_talks" of History in history!("r.kind in ({talk}) and r.first"), AGENT, ["first_talks"]),
    number!("agents.positive" of History in history!("r.kind in ({talk}) and r.outcome in ({positive})"), AGENT, ["positive"]),
    number!("agents.negative" of History in history!("r.kind in ({talk}) and r.outcome in ({negative})"), AGENT, ["negative"]),
    number!("agents.satisfactory" of History in history!("r.kind in ({talk}) and r.outcome in ({satisfactory})"), AGENT, ["satisfactory"]),
    number!("agents.undecided" of History in history!("r.kind in ({talk}) and r.outcome in ({undecided})"), AGENT, ["undecided"]),
    number!("agents.activities" of History in history!("r.kind in ({activity})"), AGENT, ["activities"]),
    number!("flow.reopened" of History in history!("r.kind in ({reopening})"), FLOW, ["reopened"]),
    number!("kpis.first_purchases" of History in history!("r.kind in ({purchase})"), PURCHASE, ["clients"] => ["revenue"]),
];
