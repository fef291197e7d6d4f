//! Takes over a person of the client base, so that later submissions are compared with it too.

use std::collections::BTreeSet;

use ids::LeadId;
use matching::{
    identity::{Evidence, Key, Known},
    name,
    phone::{self, Hint},
};
use messaging::Tx;

use super::{App, capture::Traces, change_lead::announce};
use crate::{
    domain::lead::Lead,
    error::Error,
    store::{
        Connection,
        identity::{self, KeyRow, Who},
        leads,
        persons::{self, Person},
    },
};

/// Takes over a person and the leads linked to it, unless something newer is known.
pub async fn link_person(
    app: &App,
    tx: &Tx,
    person: &Person,
    lead_ids: &[LeadId],
) -> Result<(), Error> {
    let db = tx.connection();
    if !persons::record(db, person).await? {
        return Ok(());
    }
    // Leads before contact points, as a capture does.
    let now = app.clock.now();
    let mut linked = leads::load(db, lead_ids.iter().copied(), [], true).await?;
    for lead in &mut linked {
        lead.link_person(person.id, now);
    }
    linked.retain(Lead::is_changed);
    leads::update(db, &linked.iter().collect::<Vec<_>>()).await?;
    for lead in lead_ids {
        identity::link(db, *lead, person.id).await?;
    }
    hold(db, person).await?;
    announce(tx, &mut linked, now, &Traces::new()).await
}

/// Gives the person the contact points it has now, and takes from it those it has no more.
async fn hold<C: Connection>(db: &C, person: &Person) -> Result<(), Error> {
    let evidence = evidence(person);
    let who = Who::Person(person.id);
    let wanted: BTreeSet<&Key> = evidence.keys().collect();
    for row in identity::of_person(db, person.id).await? {
        // A contact that a card has shown stays known by the card.
        if row.lead.is_none() && !wanted.contains(&row.key) {
            identity::delete(db, &row).await?;
        }
    }
    let rows = identity::load(db, &wanted.into_iter().collect::<Vec<_>>()).await?;
    let mut known = Known::new();
    for row in &rows {
        if let Some(holder) = row.holder() {
            known.insert(row.key.clone(), holder);
        }
    }
    let (mut added, mut renamed) = (Vec::new(), Vec::new());
    for change in known.apply(&evidence, who) {
        use matching::identity::Change;
        match change {
            Change::Added(key, holder) => added.push(KeyRow {
                key,
                slot: holder.slot,
                name: holder.name,
                lead: None,
                person: Some(person.id),
            }),
            Change::Renamed(key, holder) => {
                let stored = rows
                    .iter()
                    .find(|row| row.key == key && row.slot == holder.slot);
                renamed.extend(stored.map(|row| KeyRow {
                    name: holder.name,
                    ..row.clone()
                }));
            }
        }
    }
    identity::insert(db, &added).await?;
    identity::update(db, &renamed).await?;
    Ok(())
}

fn evidence(person: &Person) -> Evidence {
    let named = Evidence::new(name::fold(&person.name.shown()));
    let emails = person
        .emails
        .iter()
        .filter_map(|raw| matching::email::canonical(raw).ok());
    let named = emails.fold(named, |evidence, email| evidence.with_email(&email));
    let phones = person
        .phones
        .iter()
        .filter_map(|raw| phone::e164(raw, Hint::default()).ok());
    phones.fold(named, |evidence, phone| evidence.with_phone(&phone))
}
