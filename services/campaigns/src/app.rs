//! The commands, one per file.

pub mod add_activity;
pub mod add_list;
pub mod add_participants;
pub mod add_supplier;
pub(crate) mod admit;
mod again;
pub mod change_statuses;
pub mod create_campaign;
pub mod create_quick_campaign;
pub mod erase;
pub mod import_channel_figures;
pub mod import_costs;
pub mod import_participants;
pub mod log_interaction;
pub mod log_supplier_interaction;
pub mod move_campaign;
pub mod record_answer;
pub mod record_channel_figures;
pub mod record_costs;
pub mod record_plan;
pub mod record_response;
pub mod record_result;
pub mod refer;
pub mod referral_codes;
pub mod remove_channel_figures;
pub mod remove_cost;
pub mod remove_file;
pub mod remove_plan;
pub mod remove_supplier;
mod respond;
pub mod store_file;
pub mod surveys;
pub mod sweep_files;
pub mod tasks;
pub mod update_activity;
pub mod update_campaign;
pub mod update_channel_figures;
pub mod update_cost;
pub mod update_participant;
pub mod update_plan;
pub mod update_supplier;

use clock::Clock;
use messaging::Outbox;

use crate::{objects::Objects, settings::Settings};

/// What commands and consumers work with.
pub struct App {
    pub outbox: Outbox,
    pub clock: Clock,
    pub settings: Settings,
    pub objects: Objects,
}
