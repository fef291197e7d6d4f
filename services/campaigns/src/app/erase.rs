//! Follows the erasure of persons.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use ids::{LeadId, PersonId};
use messaging::{Tx, erased};
use persons::reach;

use crate::{error::Error, events, store::erasures};

#[derive(Default)]
pub struct Erase {
    pub persons: BTreeSet<PersonId>,
    pub leads: BTreeSet<LeadId>,
    pub email_digests: Vec<String>,
    pub phone_digests: Vec<String>,
    pub at: DateTime<Utc>,
}

/// Forgets persons and leads wherever they take part, and announces each participant that was one of them.
pub async fn erase(tx: &Tx, cmd: Erase) -> Result<(), Error> {
    let persons = cmd.persons.iter().map(|person| person.uuid());
    let ids = persons.chain(cmd.leads.iter().map(|lead| lead.uuid()));
    erased::mark(&**tx, proto::PERSONAL, &ids.collect(), cmd.at).await?;
    let participants = erasures::participants(tx, &cmd.persons, &cmd.leads).await?;
    let ids = participants.iter().map(|it| it.uuid()).collect();
    let known = erased::of(&**tx, participants.iter().map(|it| it.uuid())).await?;
    erased::mark(&**tx, proto::PERSONAL, &ids, cmd.at).await?;
    erasures::blank(tx, &participants).await?;
    erasures::blank_persons(tx, &cmd.persons, &cmd.leads).await?;
    let (emails, phones) = (&cmd.email_digests, &cmd.phone_digests);
    reach::erase(tx.connection(), &cmd.persons, emails, phones, cmd.at).await?;
    let new = participants
        .iter()
        .filter(|it| !known.contains_key(&it.uuid()));
    let announced = new.map(|it| events::participant_erased(*it, cmd.at));
    tx.publish_all(announced.collect()).await?;
    Ok(())
}
