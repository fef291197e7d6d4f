//! Campaigns, and who takes part in them.

pub mod campaign;
pub mod participant;
pub mod people;
pub mod referral;
pub mod survey;
pub mod task;
