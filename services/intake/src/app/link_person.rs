//! Takes over persons of the client base, so that later submissions are compared with them too.

mod book;

use std::collections::{BTreeMap, BTreeSet};

use clock::Timestamp;
use ids::{IdentityId, LeadId, PersonId};
use matching::record::{Received, Record};
use messaging::Tx;

use self::book::Book;
use super::{App, capture::Traces, change_lead::announce};
use crate::{
    domain::{identity::RecordId, lead::Lead},
    error::Error,
    store::{
        Connection, leads,
        persons::{self, Person},
    },
};

/// A person as announced: its identity is not known yet.
pub struct LinkPerson {
    pub person: Person,
    pub leads: Vec<LeadId>,
}

/// Takes over persons and the leads linked to them, one after the other, unless something newer is
/// known. The number of statements does not depend on that of the persons.
///
/// A person has the identity of its leads. Who comes without a lead is matched as a submission is.
pub async fn link_persons(app: &App, tx: &Tx, cmds: &[LinkPerson]) -> Result<(), Error> {
    let db = tx.connection();
    let named: Vec<PersonId> = cmds.iter().map(|cmd| cmd.person.id).collect();
    let known = persons::load(db, named).await?;
    let known: BTreeMap<PersonId, Person> = known.into_iter().map(|it| (it.id, it)).collect();
    let cmds = news(cmds, &known);
    if cmds.is_empty() {
        return Ok(());
    }
    let now = app.clock.now();
    let mut leads = link_leads(db, &cmds, now).await?;
    let records: Vec<Record> = cmds.iter().map(|cmd| record(&cmd.person)).collect();
    let mut identities: BTreeSet<IdentityId> = leads.values().map(|lead| lead.identity).collect();
    identities.extend(known.values().map(|person| person.identity));
    let gone = known.keys().map(|id| RecordId(id.uuid())).collect();
    let mut book = Book::load(app, db, &records, &identities, &gone).await?;
    let mut persons: BTreeMap<PersonId, Person> = BTreeMap::new();
    for (cmd, record) in cmds.iter().zip(records) {
        let before = persons.get(&cmd.person.id).or(known.get(&cmd.person.id));
        let cards = cmd.leads.iter().filter_map(|lead| leads.get(lead));
        let cards: Vec<IdentityId> = cards.map(|lead| lead.identity).collect();
        let identity = book.enter(cmd.person.id, before, &cards, record, now);
        let person = Person {
            identity,
            ..cmd.person.clone()
        };
        persons.insert(person.id, person);
    }
    persons::record(db, &persons.values().collect::<Vec<_>>()).await?;
    leads.retain(|_, lead| lead.is_changed());
    let mut changed: Vec<Lead> = leads.into_values().collect();
    announce(tx, &mut changed, now, &Traces::new()).await?;
    book.save(db, now).await
}

/// What is newer than the copies: of each person the highest revision, in the order they came.
fn news<'a>(cmds: &'a [LinkPerson], known: &BTreeMap<PersonId, Person>) -> Vec<&'a LinkPerson> {
    let mut newest: BTreeMap<PersonId, i64> = BTreeMap::new();
    for LinkPerson { person, .. } in cmds {
        let kept = newest.entry(person.id).or_insert(person.revision);
        *kept = person.revision.max(*kept);
    }
    let is_news = |cmd: &&LinkPerson| {
        let LinkPerson { person, .. } = cmd;
        let before = known.get(&person.id).map(|person| person.revision);
        newest.get(&person.id) == Some(&person.revision) && before < Some(person.revision)
    };
    let mut news: Vec<&LinkPerson> = cmds.iter().filter(is_news).collect();
    let mut seen = BTreeSet::new();
    news.retain(|cmd| seen.insert(cmd.person.id));
    news
}

/// Notes the persons on the cards; answers the cards.
async fn link_leads<C: Connection>(
    db: &C,
    cmds: &[&LinkPerson],
    now: Timestamp,
) -> Result<BTreeMap<LeadId, Lead>, Error> {
    let wanted: BTreeSet<LeadId> = cmds.iter().flat_map(|cmd| &cmd.leads).copied().collect();
    let found = leads::load(db, wanted, true).await?;
    let mut found: BTreeMap<LeadId, Lead> = found.into_iter().map(|lead| (lead.id, lead)).collect();
    for cmd in cmds {
        for lead in &cmd.leads {
            if let Some(lead) = found.get_mut(lead) {
                lead.link_person(cmd.person.id, now);
            }
        }
    }
    let changed: Vec<&Lead> = found.values().filter(|lead| lead.is_changed()).collect();
    leads::update(db, &changed).await?;
    Ok(found)
}

/// A person of the client base in the form by which it is compared.
fn record(person: &Person) -> Record {
    let given = |text| Some(text).filter(|text: &&str| !text.is_empty());
    Record::read(&Received {
        full_name: given(&person.name.full),
        given_name: given(&person.name.given),
        family_name: given(&person.name.family),
        organisation: given(&person.organisation),
        emails: person.emails.iter().map(String::as_str).collect(),
        phones: person.phones.iter().map(String::as_str).collect(),
        locale: given(&person.locale),
        ..Received::default()
    })
}
