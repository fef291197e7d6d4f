//! The steps that made the tables, oldest first.

use database::Migration;

pub const ALL: &[Migration] = &[
    Migration {
        version: 20_261_126_010_000,
        name: "create_log",
        sql: include_str!("../migrations/20261126010000_create_log.sql"),
    },
    Migration {
        version: 20_261_126_010_100,
        name: "create_cells",
        sql: include_str!("../migrations/20261126010100_create_cells.sql"),
    },
    Migration {
        version: 20_261_126_010_200,
        name: "create_records",
        sql: include_str!("../migrations/20261126010200_create_records.sql"),
    },
    Migration {
        version: 20_261_126_010_300,
        name: "index_records",
        sql: include_str!("../migrations/20261126010300_index_records.sql"),
    },
    Migration {
        version: 20_261_126_020_000,
        name: "open_work",
        sql: include_str!("../migrations/20261126020000_open_work.sql"),
    },
    Migration {
        version: 20_261_127_010_000,
        name: "cells_by_grain",
        sql: include_str!("../migrations/20261127010000_cells_by_grain.sql"),
    },
    Migration {
        version: 20_261_127_020_000,
        name: "history",
        sql: include_str!("../migrations/20261127020000_history.sql"),
    },
];
