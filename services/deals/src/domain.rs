//! What a deal, its topic and its activities may do, without knowing who asks or where it is kept.

pub mod activity;
pub mod code;
pub mod contact;
pub mod deal;
pub mod forecast;
pub mod gate;
pub mod money;
pub mod offer;
pub mod sale_object;
pub mod source;
pub mod topic;
