//! The steps that made the tables, oldest first.

use database::Migration;

pub const ALL: &[Migration] = &[
    Migration {
        version: 20_261_122_200_000,
        name: "create_topic",
        sql: include_str!("../migrations/20261122200000_create_topic.sql"),
    },
    Migration {
        version: 20_261_122_200_100,
        name: "create_loss_reason",
        sql: include_str!("../migrations/20261122200100_create_loss_reason.sql"),
    },
    Migration {
        version: 20_261_122_200_200,
        name: "create_deal",
        sql: include_str!("../migrations/20261122200200_create_deal.sql"),
    },
    Migration {
        version: 20_261_122_200_300,
        name: "create_activity",
        sql: include_str!("../migrations/20261122200300_create_activity.sql"),
    },
    persons::clients::MIGRATION,
    persons::merges::MIGRATION,
    Migration {
        version: 20_261_126_010_000,
        name: "add_commitment",
        sql: include_str!("../migrations/20261126010000_add_commitment.sql"),
    },
    Migration {
        version: 20_261_126_010_100,
        name: "add_forecast_indexes",
        sql: include_str!("../migrations/20261126010100_add_forecast_indexes.sql"),
    },
    Migration {
        version: 20_261_126_010_200,
        name: "create_offer",
        sql: include_str!("../migrations/20261126010200_create_offer.sql"),
    },
];
