#![doc = include_str!("../README.md")]
#![warn(missing_docs)]
#![expect(
    clippy::disallowed_methods,
    reason = "no service runs here: the form of a run is read from the environment"
)]

pub mod audit;
pub mod books;
pub mod figures;
pub mod funnel;
pub mod inputs;
pub mod journal;
pub mod load;
pub mod people;
pub mod run;
pub mod stage;
pub mod windows;
pub mod wiring;

pub use journal::Journal;
pub use load::Load;
pub use stage::{SOON, Stage};
