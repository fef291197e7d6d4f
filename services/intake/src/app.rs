//! What intake does: one module per command.

pub mod assign_lead;
pub mod calls;
pub mod capture;
pub mod change_lead;
pub mod collector;
pub mod create_lead;
pub mod decide_submission;
pub mod doors;
pub mod erase_person;
pub mod explain;
pub mod follow_deal;
pub mod link_person;
pub mod links;
pub mod metrics;
pub mod prepare;
pub mod questionnaire;
pub mod record_outcome;
pub mod rematch;
pub mod rerun_submission;
pub mod review;
pub mod scan_leads;
pub mod submit;
pub mod try_rules;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use clock::Clock;
use ids::{LeadId, StaffId};
use matching::model::Model;
use messaging::Outbox;
use tokio::sync::Semaphore;

use crate::{domain::judge::Rules, settings::Settings, store::Reader};
use collector::Queue;

/// What every command works with.
pub struct App {
    pub outbox: Outbox,
    pub clock: Clock,
    pub rules: Rules,
    /// By what it is decided whose a submission is.
    pub model: Model,
    pub settings: Settings,
    pub queue: Queue,
    pub doors: doors::Known,
    /// Scans that may yet begin: each holds memory for its records.
    pub scans: Arc<Semaphore>,
    /// The last lead given to each agent by this process, also while its commit is under way.
    given: Mutex<HashMap<StaffId, LeadId>>,
}

impl App {
    pub fn new(outbox: Outbox, clock: Clock, settings: Settings, model: Model) -> Self {
        Self {
            outbox,
            clock,
            rules: Rules {
                spam_links: settings.spam_links,
                hold_domains: settings.hold_domains.clone(),
            },
            model,
            queue: Queue::new(settings.queue_max),
            scans: Arc::new(Semaphore::new(settings.scans)),
            settings,
            doors: doors::Known::default(),
            given: Mutex::default(),
        }
    }

    /// For queries outside a transaction.
    pub fn reader(&self) -> &Reader {
        self.outbox.database().reader()
    }

    fn given(&self) -> HashMap<StaffId, LeadId> {
        self.given
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn give(&self, leads: &HashMap<StaffId, LeadId>) {
        let mut given = self.given.lock().unwrap_or_else(PoisonError::into_inner);
        for (staff, lead) in leads {
            given.insert(*staff, *lead);
        }
    }
}
