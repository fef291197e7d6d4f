//! The commands, one per file.

mod again;
pub mod change_case;
pub mod decide_duplicate;
pub mod erase_person;
pub mod link_lead;
pub mod merge_persons;
pub mod open_case;
pub mod record_consent;
pub mod record_leads;
pub mod record_organisation;
pub mod record_person;
pub mod reopen_case;
pub mod resolve_case;
pub mod scan_duplicates;
pub mod split_batch;
pub mod split_persons;
pub mod unlink_lead;
pub mod update_organisation;
pub mod update_person;

use clock::Clock;
use messaging::Outbox;

use crate::settings::Settings;

/// What commands and consumers work with.
pub struct App {
    pub outbox: Outbox,
    pub clock: Clock,
    pub settings: Settings,
}
