//! The tables of this crate, added to each service's own.

use database::Migration;

/// Outbox, inbox, parked messages and what was erased; every service's schema has them.
pub const MIGRATIONS: &[Migration] = &[
    Migration {
        version: 20_261_122_100_000,
        name: "create_messaging",
        sql: include_str!("../migrations/20261122100000_create_messaging.sql"),
    },
    Migration {
        version: 20_261_126_030_000,
        name: "create_erased",
        sql: include_str!("../migrations/20261126030000_create_erased.sql"),
    },
];
