//! One module per table.

pub(super) mod activity;
pub(super) mod campaign;
pub(super) mod campaign_deal;
pub(super) mod campaign_lead;
pub(super) mod channel_figures;
pub(super) mod cost;
pub(super) mod file;
pub(super) mod file_object;
pub(super) mod interaction;
pub(super) mod participant;
pub(super) mod plan;
pub(super) mod response;
pub(super) mod response_lead;
pub(super) mod supplier;
pub(super) mod supplier_interaction;
