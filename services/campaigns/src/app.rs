//! The commands, one per file.

pub mod add_activity;
pub mod add_list;
pub mod add_participants;
pub(crate) mod admit;
mod again;
pub mod change_statuses;
pub mod create_campaign;
pub mod create_quick_campaign;
pub mod import_participants;
pub mod log_interaction;
pub mod move_campaign;
pub mod record_answer;
pub mod record_response;
pub mod record_result;
pub mod refer;
pub mod referral_codes;
mod respond;
pub mod surveys;
pub mod tasks;
pub mod update_activity;
pub mod update_campaign;
pub mod update_participant;

use clock::Clock;
use messaging::Outbox;

use crate::settings::Settings;

/// What commands and consumers work with.
pub struct App {
    pub outbox: Outbox,
    pub clock: Clock,
    pub settings: Settings,
}
