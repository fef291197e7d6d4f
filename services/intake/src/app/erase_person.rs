//! Follows the erasure of a person: what was received of it goes, and nothing that comes later is compared with it.

use std::collections::BTreeSet;

use clock::Timestamp;
use ids::{LeadId, ParticipantId, PersonId};
use messaging::{Tx, erased};

use super::App;
use crate::{
    domain::identity::RecordId,
    error::Error,
    events,
    store::erasures::{self, Found},
};

/// Erases the leads of a person, also those that the client base does not know, and announces each.
pub async fn erase_person(
    app: &App,
    tx: &Tx,
    persons: &BTreeSet<PersonId>,
    leads: &BTreeSet<LeadId>,
    at: Timestamp,
) -> Result<(), Error> {
    let db = tx.connection();
    let ids = persons.iter().map(|person| person.uuid());
    let ids = ids.chain(leads.iter().map(|lead| lead.uuid())).collect();
    erased::mark(db, proto::PERSONAL, &ids, at).await?;
    let Found { leads, identities } = erasures::find(db, persons, leads).await?;
    let ids = leads.iter().map(|lead| lead.uuid()).collect();
    erased::mark(db, proto::PERSONAL, &ids, at).await?;
    let contacts = erasures::contacts(db, persons, &leads).await?;
    let blanked = erasures::blank_leads(db, &leads).await?;
    let submissions = erasures::submissions(db, &leads, &contacts).await?;
    erasures::blank_submissions(db, &submissions).await?;
    let records = persons.iter().map(|person| person.uuid());
    let records = records.chain(leads.iter().map(|lead| lead.uuid()));
    let records = records.chain(submissions.iter().map(|submission| submission.uuid()));
    erasures::give_up(db, &identities, &records.map(RecordId).collect()).await?;
    erasures::blank_copies(db, persons, &identities, app.clock.now()).await?;
    let announced = blanked
        .into_iter()
        .map(|(lead, revision)| events::erased(lead, revision, at));
    tx.publish_all(announced.collect()).await?;
    Ok(())
}

/// Nothing that a participant said before is heard any more.
pub async fn erase_participant(
    tx: &Tx,
    participant: ParticipantId,
    at: Timestamp,
) -> Result<(), Error> {
    let ids = [participant.uuid()].into();
    Ok(erased::mark(tx.connection(), proto::PERSONAL, &ids, at).await?)
}

/// Refuses to add words to a lead that was erased; none is erased until the end of the transaction.
pub(super) async fn not_erased(tx: &Tx, lead: LeadId) -> Result<(), Error> {
    erased::hold(tx.connection()).await?;
    let erased = erased::of(tx.connection(), [lead.uuid()]).await?;
    if erased.is_empty() {
        Ok(())
    } else {
        Err(Error::LeadErased(lead))
    }
}
