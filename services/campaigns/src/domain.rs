//! Campaigns, who takes part in them, and what they cost.

pub mod campaign;
pub mod channel;
pub mod cost;
pub mod file;
pub mod money;
pub mod participant;
pub mod people;
pub mod plan;
pub mod referral;
pub mod removed;
pub mod supplier;
pub mod survey;
pub mod task;
