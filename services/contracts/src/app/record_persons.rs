//! Takes over what the client base says of persons.

use clock::Timestamp;
use messaging::Tx;
use persons::clients::{self, Known, Person};

use crate::domain::contract::Contract;
use crate::error::Error;
use crate::events;
use crate::store::contracts;

/// Keeps the copies of persons, and lets the contracts of their leads follow them.
///
/// An older state of a person, or the same again, changes nothing. The number of statements does not
/// depend on that of the persons. Nothing happened to the contracts themselves, so their history stays
/// as it is.
pub async fn record_persons(tx: &Tx, persons: &[Person], now: Timestamp) -> Result<(), Error> {
    let news = clients::save(tx.connection(), persons).await?;
    if news.persons.is_empty() {
        return Ok(());
    }
    let mut followers = contracts::followers(tx, &news).await?;
    let leads = followers.iter().filter_map(|it| it.parties.lead);
    let named = followers.iter().filter_map(|it| it.parties.client.person);
    let known = clients::known(tx.connection(), leads, named).await?;
    followers.retain_mut(|contract| follow(contract, &known));
    contracts::save_clients(tx, &mut followers).await?;
    let recorded = followers.iter();
    let recorded = recorded.map(|contract| events::contract_recorded(contract, now));
    tx.publish_all(recorded.collect()).await?;
    Ok(())
}

/// Lets a contract follow whom the client base names for it; `false` when nothing changes.
pub(super) fn follow(contract: &mut Contract, known: &Known) -> bool {
    let parties = &contract.parties;
    let client = known.client(parties.lead, parties.client.person);
    client.is_some_and(|it| contract.follow(it.person, it.organisation))
}
