//! The tables as sea-orm sees them.

pub(super) mod activity;
pub(super) mod deal;
pub(super) mod loss_reason;
pub(super) mod offer;
pub(super) mod renewal;
pub(super) mod sale_object;
pub(super) mod stage;
pub(super) mod stage_visit;
pub(super) mod topic;
