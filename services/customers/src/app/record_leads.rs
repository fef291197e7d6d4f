//! Takes the persons behind leads into the client base; called by consumers in their transaction.
//!
//! The number of statements does not depend on the number of leads.

mod desk;

use std::collections::BTreeMap;

use ids::{LeadId, PersonId};
use messaging::Tx;

use self::desk::{Desk, Known, Named};
use super::App;
use crate::{
    domain::{
        person::Details,
        text::{is_name, organisation_key},
    },
    error::Error,
    store::{links, organisations, persons},
};

pub struct RecordLead {
    pub lead: LeadId,
    /// Id that the person is to have if the lead is not linked to anybody yet.
    pub person: PersonId,
    pub details: Details,
    /// Name of the organisation, empty for a private person.
    pub organisation: String,
    /// Trace that the announcements continue.
    pub trace: Option<String>,
}

/// Records the person of each lead: the one it is linked to, or the given one, enriched by what the
/// lead tells. Each lead sees what became of those before it.
///
/// Unique keys decide between this and whoever does the same at this moment: one lead is one
/// person, one name one organisation. The second has to be handled anew.
pub async fn record_leads(app: &App, tx: &Tx, cmds: Vec<RecordLead>) -> Result<(), Error> {
    if cmds.is_empty() {
        return Ok(());
    }
    let mut desk = sit_down(app, tx, &cmds).await?;
    for cmd in cmds {
        desk.record(cmd);
    }
    organisations::insert(tx, desk.new_organisations.values()).await?;
    persons::insert(tx, desk.new_persons()).await?;
    persons::save(tx, desk.changed_persons()).await?;
    links::insert(tx, desk.new_links, desk.now).await?;
    tx.publish_all(desk.events).await?;
    Ok(())
}

/// All that is known of these leads.
async fn sit_down(app: &App, tx: &Tx, cmds: &[RecordLead]) -> Result<Desk, Error> {
    let names = cmds.iter().map(|cmd| &cmd.organisation);
    let keys = names
        .filter(|name| is_name(name))
        .map(|name| organisation_key(name));
    let organisations = organisations::find_by_keys(&**tx, &keys.collect()).await?;
    let organisations = organisations.into_iter().map(|(key, it)| {
        let (id, name) = (it.id, it.details.name);
        (key, Named { id, name })
    });
    let owners = links::owners(&**tx, cmds.iter().map(|cmd| cmd.lead)).await?;
    let given = cmds.iter().map(|cmd| cmd.person);
    Ok(Desk {
        now: app.clock.now(),
        organisations: organisations.collect(),
        persons: known(tx, owners.values().copied().chain(given)).await?,
        owners,
        new_organisations: BTreeMap::new(),
        new_links: BTreeMap::new(),
        events: Vec::new(),
    })
}

async fn known(
    tx: &Tx,
    ids: impl Iterator<Item = PersonId>,
) -> Result<BTreeMap<PersonId, Known>, Error> {
    let found = persons::find_all(&**tx, ids).await?;
    let mut leads = links::leads_of_all(&**tx, found.iter().map(|person| person.id)).await?;
    let known = found.into_iter().map(|person| {
        let known = Known {
            seen: Some(person.revision),
            leads: leads.remove(&person.id).unwrap_or_default(),
            person,
        };
        (known.person.id, known)
    });
    Ok(known.collect())
}
