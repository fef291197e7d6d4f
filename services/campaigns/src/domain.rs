//! Campaigns, who takes part in them, and what they cost.

pub mod campaign;
pub mod channel;
pub mod cost;
pub mod file;
pub mod money;
pub mod participant;
pub mod plan;
pub mod supplier;
pub mod people;
pub mod referral;
pub mod survey;
pub mod task;
