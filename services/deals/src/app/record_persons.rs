//! Takes over what the client base says of persons.

use clock::Timestamp;
use messaging::Tx;
use persons::clients::{self, Known, Person};

use super::record_deal::record_all;
use crate::domain::deal::{Client, Deal};
use crate::error::Error;
use crate::store::deals;

/// Keeps the copies of persons, and lets the deals of their leads follow them.
///
/// An older state of a person, or the same again, changes nothing. The number of statements does not
/// depend on that of the persons.
pub async fn record_persons(tx: &Tx, persons: &[Person], now: Timestamp) -> Result<(), Error> {
    let news = clients::save(tx.connection(), persons).await?;
    if news.persons.is_empty() {
        return Ok(());
    }
    let mut followers = deals::followers(tx, &news).await?;
    let leads = followers.iter().filter_map(|deal| deal.origin.lead());
    let named = followers.iter().filter_map(|deal| deal.client.person);
    let known = clients::known(tx.connection(), leads, named).await?;
    followers.retain_mut(|deal| follow(deal, &known));
    deals::save_clients(tx, &mut followers).await?;
    record_all(tx, &followers, now).await
}

/// Lets a deal follow whom the client base names for it; `false` when nothing changes.
pub(super) fn follow(deal: &mut Deal, known: &Known) -> bool {
    let client = known.client(deal.origin.lead(), deal.client.person);
    client.is_some_and(|it| {
        deal.follow(Client {
            person: Some(it.person),
            organisation: it.organisation,
            by_hand: false,
        })
    })
}
