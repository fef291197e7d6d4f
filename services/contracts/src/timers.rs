//! What happens by itself when its time has come.
//!
//! Several processes may do this at once: whoever saves a contract first has done it, and the
//! others find nothing left to do.

use std::sync::Arc;

use ids::ContractId;
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::app::activate_contract::{ActivateContract, activate_contract};
use crate::app::announce_renewal::announce_renewal;
use crate::app::end_contract::{EndContract, end_contract};
use crate::app::record_contract::record_contract;
use crate::domain::contract::EndKind;
use crate::error::Error;
use crate::store::due;

/// Looks every few seconds until the process ends.
pub async fn run(app: Arc<App>, shutdown: CancellationToken) -> Result<(), Error> {
    let mut ticks = tokio::time::interval(app.settings.timer_interval);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = shutdown.cancelled() => return Ok(()),
            _ = ticks.tick() => work(&app).await?,
        }
    }
}

/// Handles contracts for which it is time by the service's clock, at most a batch of each kind.
///
/// Renewals come before expiry: after a long stop one contract may be due for both.
pub async fn work(app: &App) -> Result<(), Error> {
    let (reader, now, limit) = (
        app.database().reader(),
        app.clock.now(),
        app.settings.timer_batch,
    );
    for contract in due::to_record(reader, limit).await? {
        settle(contract, record_contract(app, contract).await)?;
    }
    for contract in due::to_activate(reader, now, limit).await? {
        let cmd = ActivateContract { contract, by: None };
        settle(contract, activate_contract(app, cmd).await)?;
    }
    for contract in due::to_renew(reader, now, limit).await? {
        settle(contract, announce_renewal(app, contract).await)?;
    }
    for contract in due::to_expire(reader, now, limit).await? {
        let cmd = EndContract {
            contract,
            kind: EndKind::Expired { reason: None },
            by: None,
        };
        settle(contract, end_contract(app, &cmd).await)?;
    }
    Ok(())
}

/// A refusal means that somebody came first. One contract that cannot be saved does not keep the
/// others waiting; a database that is away ends the work.
fn settle<T>(contract: ContractId, done: Result<T, Error>) -> Result<(), Error> {
    match done {
        Ok(_) => Ok(()),
        Err(Error::Database(error)) if error.is_transient() => Err(error.into()),
        Err(error @ Error::Database(_)) => {
            let error: &dyn std::error::Error = &error;
            tracing::error!(error, contract.id = %contract, "a contract is due and cannot be handled");
            Ok(())
        }
        Err(error) => {
            tracing::debug!(contract.id = %contract, reason = %error, "nothing left to do");
            Ok(())
        }
    }
}
