//! What the service does: one command or reaction per file.

pub mod activate_contract;
mod again;
pub mod announce_renewal;
pub mod churn;
pub mod draft_contract;
pub mod end_contract;
pub mod erase;
pub mod expect_payment;
pub mod explain_expiry;
pub mod grow_contract;
pub mod move_payment;
mod payment;
pub mod plan_payments;
pub mod receive_amount;
pub mod receive_payment;
pub mod record_contract;
pub mod record_persons;
pub mod refund_payment;
pub mod remove_payment;
pub mod send_contract;
pub mod sign_contract;
pub mod update_contract;

use clock::{Clock, Timestamp};
use database::Database;
use ids::{ContractId, StaffId};
use messaging::{Outbox, Tx};

use crate::domain::contract::Contract;
use crate::error::Error;
use crate::events;
use crate::settings::Settings;
use crate::store::{contracts, history};

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

/// The contract of a command, to be changed.
async fn contract(tx: &Tx, id: ContractId) -> Result<Contract, Error> {
    contracts::lock(tx, id)
        .await?
        .ok_or(Error::ContractNotFound(id))
}

/// Saves a changed contract with the line of its history, and announces all of it.
async fn save(
    tx: &Tx,
    contract: &mut Contract,
    what: history::Kind,
    by: Option<StaffId>,
    now: Timestamp,
) -> Result<(), Error> {
    contracts::save(tx, contract).await?;
    history::add(tx, contract, what, by, now).await?;
    tx.publish(events::contract_recorded(contract, now)).await?;
    Ok(())
}
