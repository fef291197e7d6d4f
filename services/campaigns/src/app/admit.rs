//! How every command adds participants: one by one, from lists, from other campaigns.

use std::collections::{BTreeMap, BTreeSet};

use ids::{CampaignId, LeadId, ParticipantId, PersonId};
use messaging::Tx;

use super::App;
use crate::{domain::participant::Participant, error::Error, events, store};

/// Who takes part after a list was added.
pub(super) struct Admitted {
    /// In the order of the list; known ones as they stand.
    pub participants: Vec<Participant>,
    pub new: BTreeSet<ParticipantId>,
}

/// Adds participants and answers with them in the order of the list. A known contact stays as it
/// stands, and gets its person if it had none.
pub(super) async fn admit(
    app: &App,
    tx: &Tx,
    campaign: CampaignId,
    list: Vec<Participant>,
) -> Result<Admitted, Error> {
    let told: Vec<Option<PersonId>> = list.iter().map(|it| it.person).collect();
    let (mut all, new) = store::participants::insert_or_get(tx, campaign, list).await?;
    let mut met: BTreeMap<ParticipantId, Participant> = BTreeMap::new();
    for (participant, person) in all.iter().zip(told) {
        let known = met.get(&participant.id).unwrap_or(participant);
        let mut known = known.clone();
        if person.is_some_and(|person| known.meet(person)) {
            met.insert(known.id, known);
        }
    }
    let changed: Vec<&Participant> = met.values().collect();
    store::members::save_all(tx, &changed).await?;
    let now = app.clock.now();
    let mut added: BTreeMap<ParticipantId, &Participant> = BTreeMap::new();
    added.extend(all.iter().map(|it| (it.id, it)));
    added.retain(|id, _| new.contains(id));
    let told = added.into_values().chain(changed);
    let told = told.map(|it| events::participant_recorded(campaign, it, now));
    tx.publish_all(told.collect()).await?;
    for participant in &mut all {
        if let Some(met) = met.get(&participant.id) {
            participant.clone_from(met);
        }
    }
    Ok(Admitted {
        participants: all,
        new,
    })
}

/// Whoever's response became one of these leads is the person that the lead is.
pub(crate) async fn meet(
    app: &App,
    tx: &Tx,
    persons: &BTreeMap<LeadId, PersonId>,
) -> Result<(), Error> {
    let strangers = store::members::strangers_of(&**tx, persons.keys().copied()).await?;
    let mut met: BTreeMap<ParticipantId, (CampaignId, Participant)> = BTreeMap::new();
    for (campaign, lead, participant) in strangers {
        // One who answered twice may have become two leads: the first stays.
        let (_, known) = met.entry(participant.id).or_insert((campaign, participant));
        if let Some(person) = persons.get(&lead) {
            known.meet(*person);
        }
    }
    let changed: Vec<&Participant> = met.values().map(|(_, it)| it).collect();
    store::members::save_all(tx, &changed).await?;
    let now = app.clock.now();
    let told = met.values();
    let told = told.map(|(campaign, it)| events::participant_recorded(*campaign, it, now));
    tx.publish_all(told.collect()).await?;
    Ok(())
}
