//! Takes over what the client base says of a person.

use messaging::Tx;

use crate::error::Error;
use crate::store::clients::{self, Person};
use crate::store::deals;

/// Keeps the copy of a person, and lets the deals of the person's leads follow it.
///
/// An older revision than the copy's, or the same again, changes nothing.
pub async fn record_person(tx: &Tx, person: &Person) -> Result<(), Error> {
    let Some(leads) = clients::record(tx, person).await? else {
        return Ok(());
    };
    let leads: Vec<_> = leads.into_iter().collect();
    for mut deal in deals::followers(tx, person.id, &leads).await? {
        let known = clients::known(tx, deal.origin.lead(), deal.client.person).await?;
        if known.is_some_and(|known| deal.follow(known)) {
            deals::save(tx, &mut deal).await?;
        }
    }
    Ok(())
}
