//! What the service does: one command or reaction per file.

pub mod accept_offer;
mod again;
pub mod complete_activity;
pub mod create_offer;
pub mod create_sale_object;
pub mod create_topic;
pub mod decline_offer;
pub mod erase;
pub mod lose_deal;
pub mod move_deal;
pub mod offer_content;
pub mod open_deal;
pub mod plan_activity;
pub mod plan_next_contact;
mod record_deal;
mod record_offer;
pub mod record_persons;
pub mod render_offer;
pub mod revise_offer;
pub mod seed;
pub mod send_offer;
pub mod suggest_lines;
pub mod update_deal;
pub mod update_offer;
pub mod update_sale_object;
pub mod update_topic;
pub mod win_deal;

use clock::Clock;
use database::Database;
use ids::DealId;
use messaging::{Outbox, Tx};

use crate::domain::deal::Deal;
use crate::error::Error;
use crate::settings::Settings;
use crate::store::deals;

/// What all commands need.
#[derive(Debug, Clone)]
pub struct App {
    pub outbox: Outbox,
    pub clock: Clock,
    pub settings: Settings,
}

impl App {
    pub fn database(&self) -> &Database {
        self.outbox.database()
    }
}

/// The deal of a command, to be changed.
async fn deal(tx: &Tx, id: DealId) -> Result<Deal, Error> {
    deals::lock(tx, id).await?.ok_or(Error::DealNotFound(id))
}
