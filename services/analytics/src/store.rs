//! Rows of the service's tables, and the values they stand for.

pub mod reports;
