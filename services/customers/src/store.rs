//! Rows of the client base, and the aggregates that they are.

pub mod cases;
pub mod consents;
pub mod copies;
pub mod duplicates;
#[expect(
    unreachable_pub,
    reason = "the derives want `pub`; this module keeps rows private"
)]
mod entity;
pub mod erasures;
pub mod links;
pub mod lists;
pub mod merges;
pub mod organisations;
pub mod persons;
mod rows;
pub mod scans;
pub mod timeline;

use database::Migration;

/// The tables, forward only.
pub const MIGRATIONS: &[Migration] = &[
    Migration {
        version: 20_261_122_100_100,
        name: "create_client_base",
        sql: include_str!("../migrations/20261122100100_create_client_base.sql"),
    },
    Migration {
        version: 20_261_125_200_000,
        name: "create_person_merge",
        sql: include_str!("../migrations/20261125200000_create_person_merge.sql"),
    },
    Migration {
        version: 20_261_125_210_000,
        name: "create_duplicate",
        sql: include_str!("../migrations/20261125210000_create_duplicate.sql"),
    },
    Migration {
        version: 20_261_125_223_000,
        name: "create_consent",
        sql: include_str!("../migrations/20261125223000_create_consent.sql"),
    },
    Migration {
        version: 20_261_125_223_100,
        name: "add_merge_batch",
        sql: include_str!("../migrations/20261125223100_add_merge_batch.sql"),
    },
    Migration {
        version: 20_261_126_010_000,
        name: "create_service_case",
        sql: include_str!("../migrations/20261126010000_create_service_case.sql"),
    },
    Migration {
        version: 20_261_126_010_100,
        name: "create_timeline",
        sql: include_str!("../migrations/20261126010100_create_timeline.sql"),
    },
    Migration {
        version: 20_261_126_040_000,
        name: "create_erasure",
        sql: include_str!("../migrations/20261126040000_create_erasure.sql"),
    },
];

/// A JSON list of texts; anything else reads as empty.
fn texts(value: &serde_json::Value) -> Vec<String> {
    serde_json::from_value(value.clone()).unwrap_or_default()
}
