//! What the database knows of a batch before it is judged.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use clock::Timestamp;
use ids::{LeadId, PersonId, StaffId};
use matching::identity::{Key, Known};

use super::{Course, Order, Prepared, window};
use crate::{
    domain::{lead::Lead, rota::Rota},
    reading::ContentHash,
    store::{
        Connection,
        earlier::{self, Earlier},
        identity::{self, KeyRow, Who},
        leads,
        persons::{self, Person},
        staff,
    },
};

/// What is known when a batch begins, and while it goes on.
pub(super) struct Knowledge {
    /// By scope and key.
    pub(super) keys: HashMap<(String, String), Earlier>,
    /// By scope and content.
    pub(super) contents: HashMap<(String, ContentHash), Earlier>,
    /// Leads by the Message-ID of their e-mails.
    pub(super) messages: BTreeMap<String, LeadId>,
    pub(super) known: Known<Who>,
    pub(super) rows: BTreeMap<(Key, u16), KeyRow>,
    pub(super) leads: BTreeMap<LeadId, Lead>,
    /// The newest card of each person of the client base.
    pub(super) cards: HashMap<PersonId, LeadId>,
    pub(super) persons: HashMap<PersonId, Person>,
    pub(super) rota: Rota,
    /// Accounts that are closed.
    pub(super) gone: BTreeSet<StaffId>,
}

impl Knowledge {
    /// Reads all a batch needs in a fixed number of queries.
    pub(super) async fn load<C: Connection>(
        db: &C,
        batch: &[Prepared],
        now: Timestamp,
        lock: bool,
    ) -> Result<Self, database::Error> {
        let keys = load_keys(db, batch).await?;
        let new: Vec<&Prepared> = batch.iter().filter(|it| !is_replay(it, &keys)).collect();
        let contents = load_contents(db, &new, now).await?;
        let messages = load_messages(db, &new).await?;
        let wanted: BTreeSet<&Key> = new.iter().flat_map(|it| it.read.identity.keys()).collect();
        let rows = identity::load(db, &wanted.into_iter().collect::<Vec<_>>()).await?;
        let staff = if new.is_empty() {
            BTreeMap::new()
        } else {
            staff::all(db).await?
        };
        let gone = staff
            .iter()
            .filter(|(_, it)| !it.active)
            .map(|(id, _)| *id)
            .collect();
        let agents = staff.iter().filter(|(_, it)| it.active && it.agent);
        let mut knowledge = Self {
            keys,
            contents,
            messages,
            known: Known::new(),
            rows: BTreeMap::new(),
            leads: BTreeMap::new(),
            cards: HashMap::new(),
            persons: HashMap::new(),
            rota: Rota::new(agents.map(|(id, it)| (*id, it.last_lead))),
            gone,
        };
        knowledge.load_holders(db, &new, &rows, lock).await?;
        for row in rows {
            if let Some(holder) = row.holder() {
                knowledge.known.insert(row.key.clone(), holder);
            }
            knowledge.rows.insert((row.key.clone(), row.slot), row);
        }
        Ok(knowledge)
    }

    /// Cards and persons behind the contact points.
    async fn load_holders<C: Connection>(
        &mut self,
        db: &C,
        new: &[&Prepared],
        rows: &[KeyRow],
        lock: bool,
    ) -> Result<(), database::Error> {
        let told = new.iter().filter_map(|it| match it.course {
            Course::Told {
                order: Order::Attach(lead),
                ..
            } => Some(lead),
            _ => None,
        });
        let mut leads: BTreeSet<LeadId> = rows.iter().filter_map(|row| row.lead).collect();
        leads.extend(self.messages.values().copied());
        leads.extend(told);
        let persons: BTreeSet<PersonId> = rows.iter().filter_map(|row| row.person).collect();
        if !leads.is_empty() || !persons.is_empty() {
            for lead in leads::load(db, leads, persons.iter().copied(), lock).await? {
                // In the order of time, so the newest card of a person stays.
                if let Some(person) = lead.person {
                    self.cards.insert(person, lead.id);
                }
                self.leads.insert(lead.id, lead);
            }
        }
        let cardless = persons
            .into_iter()
            .filter(|person| !self.cards.contains_key(person));
        let loaded = persons::load(db, cardless).await?;
        self.persons = loaded
            .into_iter()
            .map(|person| (person.id, person))
            .collect();
        Ok(())
    }

    /// Leads given out by this process that the database does not show yet.
    pub(super) fn with_given(mut self, given: &HashMap<StaffId, LeadId>) -> Self {
        self.rota.also(given);
        self
    }
}

async fn load_keys<C: Connection>(
    db: &C,
    batch: &[Prepared],
) -> Result<HashMap<(String, String), Earlier>, database::Error> {
    let wanted: BTreeSet<(&str, &str)> = batch
        .iter()
        .filter(|it| matches!(it.course, Course::Fresh))
        .filter_map(|it| Some((it.submission.scope.as_str(), it.submission.key.as_deref()?)))
        .collect();
    let found = earlier::by_key(db, &wanted.into_iter().collect::<Vec<_>>()).await?;
    let keyed = found
        .into_iter()
        .filter_map(|it| Some(((it.scope.clone(), it.key.clone()?), it)));
    Ok(keyed.collect())
}

fn is_replay(prepared: &Prepared, keys: &HashMap<(String, String), Earlier>) -> bool {
    let submission = &prepared.submission;
    let key = submission
        .key
        .clone()
        .map(|key| (submission.scope.clone(), key));
    matches!(prepared.course, Course::Fresh) && key.is_some_and(|key| keys.contains_key(&key))
}

async fn load_contents<C: Connection>(
    db: &C,
    new: &[&Prepared],
    now: Timestamp,
) -> Result<HashMap<(String, ContentHash), Earlier>, database::Error> {
    let wanted: BTreeSet<(&str, &ContentHash)> = new
        .iter()
        .filter(|it| matches!(it.course, Course::Fresh))
        .map(|it| (it.submission.scope.as_str(), &it.submission.content_hash))
        .collect();
    let wanted: Vec<_> = wanted.into_iter().collect();
    let found = earlier::by_content(db, &wanted, window(now)).await?;
    let mut contents = HashMap::new();
    for earlier in found {
        // The first one is what the others repeat.
        contents
            .entry((earlier.scope.clone(), earlier.content_hash))
            .or_insert(earlier);
    }
    Ok(contents)
}

async fn load_messages<C: Connection>(
    db: &C,
    new: &[&Prepared],
) -> Result<BTreeMap<String, LeadId>, database::Error> {
    let answered: BTreeSet<&str> = new
        .iter()
        .filter_map(|it| it.read.evidence())
        .flat_map(|evidence| evidence.answers.iter().map(String::as_str))
        .collect();
    earlier::by_message(db, &answered.into_iter().collect::<Vec<_>>()).await
}
