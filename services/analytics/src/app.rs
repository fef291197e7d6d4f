//! What the service does: one command or reaction per file.

pub mod fit_weights;
pub mod import_rates;
pub mod keep_facts;
pub mod learned;
pub mod record_rates;
pub mod verify;

use std::sync::Mutex;

use clock::Clock;
use database::Database;
use messaging::Outbox;
use tokio::sync::Notify;

use crate::projector;
use crate::settings::Settings;
use crate::store::labels::Labels;
use learned::Learned;

/// What all commands need.
#[derive(Debug)]
pub struct App {
    pub outbox: Outbox,
    pub clock: Clock,
    pub settings: Settings,
    pub labels: Labels,
    pub parameters: Learned,
    /// Facts were appended, or are about to be.
    pub appended: Notify,
    /// Verifications whose caller has gone.
    pub abandoned: Mutex<Vec<i16>>,
}

impl App {
    pub fn new(outbox: Outbox, clock: Clock, settings: Settings) -> Self {
        Self {
            parameters: Learned::new(&settings.base_currency),
            outbox,
            clock,
            settings,
            labels: Labels::default(),
            appended: Notify::new(),
            abandoned: Mutex::default(),
        }
    }

    pub fn database(&self) -> &Database {
        self.outbox.database()
    }

    /// What this program derives figures by.
    pub fn model(&self) -> String {
        projector::model(&self.settings.base_currency)
    }
}
