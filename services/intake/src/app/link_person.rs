//! Takes over persons of the client base, so that later submissions are compared with them too.

mod points;

use std::collections::{BTreeMap, BTreeSet};

use clock::Timestamp;
use ids::{LeadId, PersonId};
use matching::{
    identity::Evidence,
    name,
    phone::{self, Hint},
};
use messaging::Tx;

use self::points::Points;
use super::{App, capture::Traces, change_lead::announce};
use crate::{
    domain::lead::Lead,
    error::Error,
    store::{
        Connection, leads,
        persons::{self, Person},
    },
};

pub struct LinkPerson {
    pub person: Person,
    pub leads: Vec<LeadId>,
}

/// Takes over persons and the leads linked to them, one after the other, unless something newer is
/// known. The number of statements does not depend on that of the persons.
pub async fn link_persons(app: &App, tx: &Tx, cmds: &[LinkPerson]) -> Result<(), Error> {
    let db = tx.connection();
    let cmds = news(db, cmds).await?;
    if cmds.is_empty() {
        return Ok(());
    }
    // Leads before contact points, as a capture does.
    let now = app.clock.now();
    let mut linked = link_leads(db, &cmds, now).await?;
    let told: Vec<Evidence> = cmds.iter().map(|cmd| evidence(&cmd.person)).collect();
    let mut points = Points::load(db, &cmds, &told).await?;
    for (cmd, told) in cmds.iter().zip(&told) {
        points.link(&cmd.leads, cmd.person.id);
        points.hold(cmd.person.id, told);
    }
    points.save(db).await?;
    announce(tx, &mut linked, now, &Traces::new()).await
}

/// What is newer than the copies: of each person the highest revision, in the order they came.
async fn news<'a, C: Connection>(
    db: &C,
    cmds: &'a [LinkPerson],
) -> Result<Vec<&'a LinkPerson>, Error> {
    let mut newest: BTreeMap<PersonId, &LinkPerson> = BTreeMap::new();
    for cmd in cmds {
        let kept = newest.entry(cmd.person.id).or_insert(cmd);
        if kept.person.revision < cmd.person.revision {
            *kept = cmd;
        }
    }
    let persons: Vec<&Person> = newest.values().map(|cmd| &cmd.person).collect();
    let news = persons::record(db, &persons).await?;
    newest.retain(|person, _| news.contains(person));
    let is_news = |cmd: &&LinkPerson| {
        let kept = newest.get(&cmd.person.id);
        kept.is_some_and(|kept| std::ptr::eq(*kept, *cmd))
    };
    Ok(cmds.iter().filter(is_news).collect())
}

/// Notes the persons on the cards; answers the cards that changed by it.
async fn link_leads<C: Connection>(
    db: &C,
    cmds: &[&LinkPerson],
    now: Timestamp,
) -> Result<Vec<Lead>, Error> {
    let wanted: BTreeSet<LeadId> = cmds.iter().flat_map(|cmd| &cmd.leads).copied().collect();
    let found = leads::load(db, wanted, [], true).await?;
    let mut found: BTreeMap<LeadId, Lead> = found.into_iter().map(|lead| (lead.id, lead)).collect();
    for cmd in cmds {
        for lead in &cmd.leads {
            if let Some(lead) = found.get_mut(lead) {
                lead.link_person(cmd.person.id, now);
            }
        }
    }
    let mut linked: Vec<Lead> = found.into_values().collect();
    linked.retain(Lead::is_changed);
    leads::update(db, &linked.iter().collect::<Vec<_>>()).await?;
    Ok(linked)
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
