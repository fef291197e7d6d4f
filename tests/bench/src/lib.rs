//! Load drivers: each starts the platform itself and prints what it measured.

pub mod database;
pub mod facts;
pub mod febrl;
pub mod figures;
pub mod identities;
pub mod labelled;
pub mod pgbench;
pub mod quality;
pub mod reports;
pub mod sender;
pub mod stream;
pub mod synthetic;
