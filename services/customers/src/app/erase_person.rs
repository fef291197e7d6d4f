use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use ids::{ErasureId, LeadId, PersonId, StaffId};
use messaging::{Tx, erased};

use super::{App, again::again};
use crate::{
    domain::erasure::{Erasure, allowed},
    error::Error,
    events,
    store::{self, erasures::Contacts},
};

pub struct ErasePerson {
    pub person: PersonId,
    pub reason: String,
    /// `None` for now.
    pub requested_at: Option<DateTime<Utc>>,
    pub by: Option<StaffId>,
}

/// Erases a person with all records that are merged with it. A person is erased once: again it is the
/// erasure of then.
pub async fn erase_person(app: &App, cmd: ErasePerson) -> Result<Erasure, Error> {
    again(|| attempt(app, &cmd)).await
}

async fn attempt(app: &App, cmd: &ErasePerson) -> Result<Erasure, Error> {
    let tx = app.outbox.begin().await?;
    // Nobody merges or splits meanwhile.
    store::merges::take_turn(&tx).await?;
    if let Some(known) = store::erasures::of_person(&*tx, cmd.person).await? {
        return Ok(known);
    }
    let members = store::merges::identity(&*tx, cmd.person).await?.members;
    let found = store::persons::find_all(&*tx, members.iter().copied()).await?;
    if found.is_empty() {
        return Err(Error::PersonNotFound(cmd.person));
    }
    let leads = store::erasures::leads(&*tx, &members).await?;
    allowed(store::erasures::contracts(&*tx, &members, &leads).await?)?;
    let now = app.clock.now();
    let erasure = Erasure {
        id: ErasureId::generate(),
        persons: members.iter().copied().collect(),
        leads: leads.iter().copied().collect(),
        reason: cmd.reason.clone(),
        requested_at: cmd.requested_at.unwrap_or(now),
        erased_at: now,
        by: cmd.by,
    };
    let persons = members.iter().map(|person| person.uuid());
    let ids = persons
        .chain(leads.iter().map(|lead| lead.uuid()))
        .collect();
    erased::mark(&*tx, proto::PERSONAL, &ids, now).await?;
    let contacts = Contacts::of(&found);
    store::erasures::blank(&tx, &members, &leads).await?;
    store::erasures::insert(&tx, &erasure, &contacts).await?;
    tx.publish(events::person_erased(&erasure, &contacts))
        .await?;
    tx.commit().await?;
    Ok(erasure)
}

/// Follows intake, which may know leads of the person that are linked to nobody here.
pub async fn erase_lead(tx: &Tx, lead: LeadId, at: DateTime<Utc>) -> Result<(), Error> {
    erased::mark(&**tx, proto::PERSONAL, &[lead.uuid()].into(), at).await?;
    store::erasures::blank(tx, &BTreeSet::new(), &[lead].into()).await?;
    Ok(())
}

/// Refuses to add words to a person that was erased; nobody is erased until the end of the transaction.
pub(super) async fn not_erased(
    tx: &Tx,
    persons: impl IntoIterator<Item = PersonId>,
) -> Result<(), Error> {
    erased::hold(&**tx).await?;
    let persons = persons.into_iter().map(PersonId::uuid);
    let erased = erased::of(&**tx, persons).await?;
    match erased.into_keys().next() {
        Some(person) => Err(Error::PersonErased(PersonId::from_uuid(person))),
        None => Ok(()),
    }
}
