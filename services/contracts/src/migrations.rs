//! The steps that made the tables, oldest first.

use database::Migration;

pub const ALL: &[Migration] = &[
    Migration {
        version: 20_261_122_210_000,
        name: "create_contract",
        sql: include_str!("../migrations/20261122210000_create_contract.sql"),
    },
    persons::merges::MIGRATION,
    persons::clients::MIGRATION,
    Migration {
        version: 20_261_126_004_500,
        name: "record_contract",
        sql: include_str!("../migrations/20261126004500_record_contract.sql"),
    },
    Migration {
        version: 20_261_126_010_000,
        name: "grow_contract",
        sql: include_str!("../migrations/20261126010000_grow_contract.sql"),
    },
    Migration {
        version: 20_261_126_013_000,
        name: "plan_payment",
        sql: include_str!("../migrations/20261126013000_plan_payment.sql"),
    },
    Migration {
        version: 20_261_126_020_000,
        name: "explain_expiry",
        sql: include_str!("../migrations/20261126020000_explain_expiry.sql"),
    },
    Migration {
        version: 20_261_126_043_000,
        name: "follow_persons",
        sql: include_str!("../migrations/20261126043000_follow_persons.sql"),
    },
];
