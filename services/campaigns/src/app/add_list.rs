//! Adds a list of people to a campaign: contacts, persons, participants of another campaign.

use std::collections::BTreeSet;

use ids::{CampaignId, ParticipantId, PersonId};
use messaging::Tx;

use super::{
    App,
    admit::{Admitted, admit},
    again::again,
};
use crate::{
    domain::{
        participant::{Contact, Participant, Status},
        people::{Filter, PeopleList, Summary},
    },
    error::Error,
    store::{self, Cursor},
};

/// Participants of one transaction.
pub(super) const CHUNK: usize = 1_000;
/// Participants that one call takes over from another campaign or changes.
pub(super) const MOST: usize = 50_000;

pub struct AddList {
    pub campaign: CampaignId,
    pub list: PeopleList,
    /// Of new ones, if not their own.
    pub status: Option<Status>,
}

/// Adds a list, chunk by chunk. Who takes part already stays as it stands, so a list may be sent
/// again, also one that was cut off.
pub async fn add_list(app: &App, cmd: &AddList) -> Result<Summary, Error> {
    check(app, cmd).await?;
    let mut summary = again(|| named(app, cmd)).await?;
    if let Some((from, filter)) = &cmd.list.from {
        let (mut after, mut read) = (None, 0);
        while read < MOST {
            let (taken, next) =
                again(|| taken_over(app, cmd, *from, filter, after.clone())).await?;
            let Some(next) = next else { break };
            read += taken.participants.len();
            summary.count(taken.participants.len(), taken.new.len());
            after = Some(next);
        }
    }
    Ok(summary)
}

/// Refuses a list that names a campaign which is not there.
pub(super) async fn check(app: &App, cmd: &AddList) -> Result<(), Error> {
    let db = app.outbox.database().reader();
    store::campaigns::get(db, cmd.campaign).await?;
    match &cmd.list.from {
        Some((from, _)) => store::campaigns::get(db, *from).await.map(|_| ()),
        None => Ok(()),
    }
}

/// Whom the list names itself.
async fn named(app: &App, cmd: &AddList) -> Result<Summary, Error> {
    let mut summary = Summary::default();
    if cmd.list.contacts.is_empty() && cmd.list.persons.is_empty() {
        return Ok(summary);
    }
    let tx = app.outbox.begin().await?;
    let mut list = cmd.list.contacts.clone();
    for participant in &mut list {
        participant.status = cmd.status.unwrap_or(participant.status);
    }
    let (persons, double) = persons(app, &tx, cmd, &mut summary).await?;
    list.extend(persons);
    let all = list.len() + double;
    let admitted = admit(app, &tx, cmd.campaign, list).await?;
    summary.count(all, admitted.new.len());
    tx.commit().await?;
    Ok(summary)
}

/// Persons by their cards, and how many were somebody who is there already. Of the records of one
/// person the oldest that is named takes part.
async fn persons(
    app: &App,
    tx: &Tx,
    cmd: &AddList,
    summary: &mut Summary,
) -> Result<(Vec<Participant>, usize), Error> {
    let wanted = &cmd.list.persons;
    let members = persons::merges::members_of_all(&**tx, wanted.iter().copied()).await?;
    let everybody: BTreeSet<PersonId> = members.values().flatten().copied().collect();
    let mut there = store::members::persons_in(&**tx, cmd.campaign, &everybody).await?;
    let cards = store::client_base::contacts(&**tx, wanted).await?;
    let (mut new, mut double) = (Vec::new(), 0);
    for person in wanted {
        let contact = cards.get(person).filter(|contact| contact.key().is_some());
        let Some(contact) = contact else {
            summary.unknown.push(*person);
            continue;
        };
        let records = members.get(person);
        if records.is_some_and(|records| !records.is_disjoint(&there)) {
            double += 1;
            continue;
        }
        there.insert(*person);
        new.push(participant(app, cmd, contact.clone(), Some(*person)));
    }
    Ok((new, double))
}

/// The next chunk of another campaign, and where the one after it begins; nothing at the end.
async fn taken_over(
    app: &App,
    cmd: &AddList,
    from: CampaignId,
    filter: &Filter,
    after: Option<Cursor>,
) -> Result<(Admitted, Option<Cursor>), Error> {
    let tx = app.outbox.begin().await?;
    let chunk = store::members::chunk(&*tx, from, filter, None, after, CHUNK).await?;
    let next = chunk.last().map(|it| Cursor {
        at: it.added_at,
        id: it.id.uuid(),
    });
    let list = chunk.into_iter();
    let list = list.map(|it| participant(app, cmd, it.contact, it.person));
    let admitted = admit(app, &tx, cmd.campaign, list.collect()).await?;
    tx.commit().await?;
    Ok((admitted, next))
}

fn participant(
    app: &App,
    cmd: &AddList,
    contact: Contact,
    person: Option<PersonId>,
) -> Participant {
    Participant {
        id: ParticipantId::generate(),
        revision: 1,
        status: cmd.status.unwrap_or(Status::Undefined),
        contact,
        person,
        added_at: app.clock.now(),
    }
}
