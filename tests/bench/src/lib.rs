//! Load drivers: each starts the platform itself and prints what it measured.

pub mod figures;
pub mod pgbench;
pub mod sender;
