//! One module per table.

pub(super) mod activity;
pub(super) mod campaign;
pub(super) mod campaign_deal;
pub(super) mod campaign_lead;
pub(super) mod interaction;
pub(super) mod participant;
pub(super) mod response;
pub(super) mod response_lead;
