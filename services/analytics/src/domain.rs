//! What counts, and what it adds up to. Pure.

pub mod derive;
pub mod fact;
pub mod figures;
pub mod journey;
pub mod parameters;
pub mod weights;
