//! Rows, and the messages, reminders and questionnaires that they are.

pub(crate) mod copies;
mod entity;
pub(crate) mod erasures;
pub(crate) mod messages;
pub(crate) mod outgoing;
pub(crate) mod questionnaires;
pub(crate) mod reminders;
mod rows;

use database::Migration;
use sea_orm::{ConnectionTrait, Statement, Value};

/// The tables, forward only.
pub const MIGRATIONS: &[Migration] = &[
    Migration {
        version: 20_261_122_230_000,
        name: "create_notifications",
        sql: include_str!("../migrations/20261122230000_create_notifications.sql"),
    },
    Migration {
        version: 20_261_126_020_000,
        name: "widen_letter_purpose",
        sql: include_str!("../migrations/20261126020000_widen_letter_purpose.sql"),
    },
    persons::merges::MIGRATION,
    persons::reach::MIGRATION,
];

fn statement(
    db: &impl ConnectionTrait,
    sql: &str,
    values: impl IntoIterator<Item = Value>,
) -> Statement {
    Statement::from_sql_and_values(db.get_database_backend(), sql, values)
}

/// A row says what the table's checks forbid.
fn broken(what: &str, text: &str) -> database::Error {
    database::Error::Other(format!("{what} `{text}` in a row").into())
}
