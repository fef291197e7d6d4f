//! What counts, and what it adds up to. Pure.

pub mod fact;
pub mod figures;
pub mod report;
