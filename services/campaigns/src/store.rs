//! Rows of campaigns, and the aggregates that they are.

pub mod activities;
pub mod answers;
pub mod campaigns;
pub mod channels;
pub mod client_base;
pub mod costs;
#[expect(
    unreachable_pub,
    reason = "the derives want `pub`; this module keeps rows private"
)]
mod entity;
pub mod erasures;
pub mod facts;
pub mod figures;
pub mod files;
pub mod interactions;
pub mod members;
mod paging;
pub mod participants;
pub mod plans;
pub mod quick;
pub mod referrals;
pub mod responses;
pub mod suppliers;
pub mod surveys;
pub mod tasks;

use chrono::{DateTime, Utc};
use database::Migration;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The tables, forward only.
pub const MIGRATIONS: &[Migration] = &[
    Migration {
        version: 20_261_122_100_100,
        name: "create_campaign",
        sql: include_str!("../migrations/20261122100100_create_campaign.sql"),
    },
    persons::merges::MIGRATION,
    persons::reach::MIGRATION,
    Migration {
        version: 20_261_125_220_200,
        name: "index_participant_person",
        sql: include_str!("../migrations/20261125220200_index_participant_person.sql"),
    },
    Migration {
        version: 20_261_126_010_000,
        name: "create_money",
        sql: include_str!("../migrations/20261126010000_create_money.sql"),
    },
    Migration {
        version: 20_261_126_010_100,
        name: "create_file",
        sql: include_str!("../migrations/20261126010100_create_file.sql"),
    },
    Migration {
        version: 20_261_126_013_100,
        name: "follow_participants",
        sql: include_str!("../migrations/20261126013100_follow_participants.sql"),
    },
    Migration {
        version: 20_261_126_020_100,
        name: "create_list",
        sql: include_str!("../migrations/20261126020100_create_list.sql"),
    },
    Migration {
        version: 20_261_126_020_200,
        name: "create_referral",
        sql: include_str!("../migrations/20261126020200_create_referral.sql"),
    },
    Migration {
        version: 20_261_126_020_300,
        name: "create_task",
        sql: include_str!("../migrations/20261126020300_create_task.sql"),
    },
    Migration {
        version: 20_261_126_020_400,
        name: "create_survey",
        sql: include_str!("../migrations/20261126020400_create_survey.sql"),
    },
];

/// Where the next page begins, in lists ordered by time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    pub at: DateTime<Utc>,
    pub id: Uuid,
}

/// A JSON list of texts; anything else reads as empty.
fn texts(value: &serde_json::Value) -> Vec<String> {
    serde_json::from_value(value.clone()).unwrap_or_default()
}
