//! Takes over what the client base says of persons.

use std::collections::BTreeMap;

use clock::Timestamp;
use ids::PersonId;
use messaging::Tx;

use super::record_deal::record_all;
use crate::error::Error;
use crate::store::clients::{self, Person};
use crate::store::deals;

/// Keeps the copies of persons, and lets the deals of their leads follow them.
///
/// The highest revision counts, here and against the copy: an older one, or the same again,
/// changes nothing. The number of statements does not depend on that of the persons.
pub async fn record_persons(tx: &Tx, persons: &[Person], now: Timestamp) -> Result<(), Error> {
    let news = clients::record(tx, &newest(persons)).await?;
    if news.persons.is_empty() {
        return Ok(());
    }
    let mut followers = deals::followers(tx, news.persons, news.leads).await?;
    let known = clients::known(tx, &followers).await?;
    followers.retain_mut(|deal| {
        let client = known.client_of(deal);
        client.is_some_and(|client| deal.follow(client))
    });
    deals::save_clients(tx, &mut followers).await?;
    record_all(tx, &followers, now).await
}

fn newest(persons: &[Person]) -> BTreeMap<PersonId, &Person> {
    let mut newest = BTreeMap::new();
    for person in persons {
        let kept = newest.entry(person.id).or_insert(person);
        if kept.revision < person.revision {
            *kept = person;
        }
    }
    newest
}
