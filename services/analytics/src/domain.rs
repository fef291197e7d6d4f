//! What counts, and what it adds up to. Pure.

pub mod decimal;
pub mod derive;
pub mod fact;
pub mod figures;
pub(crate) mod forest;
pub mod journey;
pub mod parameters;
pub mod report;
pub mod weights;
