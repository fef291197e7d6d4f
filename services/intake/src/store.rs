//! Rows: how leads, submissions and the rest are kept. Every function takes the connection it runs on.

pub mod calls;
pub mod decisions;
pub mod doors;
pub mod earlier;
pub mod erasures;
pub mod history;
pub mod identity;
pub mod interests;
mod json;
pub mod leads;
pub mod persons;
pub mod rematches;
mod rows;
pub mod staff;
pub mod submissions;

pub use sea_orm::{ConnectionTrait as Connection, DatabaseConnection as Reader};
