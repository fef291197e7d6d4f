//! What the database knows of a batch before it is judged.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use clock::Timestamp;
use ids::{IdentityId, LeadId, StaffId};
use matching::record::Record;

use super::{Course, Order, Prepared, memory::Memory, window};
use crate::{
    domain::{lead::Lead, rota::Rota},
    reading::ContentHash,
    store::{
        Connection,
        earlier::{self, Earlier},
        identity::{self, Around},
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
    /// Whose the leads are that messages answer or that staff named.
    pub(super) identities: BTreeMap<LeadId, IdentityId>,
    pub(super) around: Around,
    pub(super) leads: BTreeMap<LeadId, Lead>,
    /// Persons of the client base, by the identity they have there.
    pub(super) persons: BTreeMap<IdentityId, Person>,
    pub(super) rota: Rota,
    /// Accounts that are closed.
    pub(super) gone: BTreeSet<StaffId>,
}

impl Knowledge {
    /// Reads what ruling on a batch takes, in a fixed number of queries.
    pub(super) async fn load<C: Connection>(
        db: &C,
        batch: &[Prepared],
        now: Timestamp,
    ) -> Result<Self, database::Error> {
        Self::load_over(db, batch, now, &Memory::default()).await
    }

    /// The same, with what is remembered on top of what is stored.
    pub(super) async fn load_over<C: Connection>(
        db: &C,
        batch: &[Prepared],
        now: Timestamp,
        memory: &Memory,
    ) -> Result<Self, database::Error> {
        let mut keys = load_keys(db, batch).await?;
        memory.recall_keys(&mut keys, batch, now);
        let new: Vec<&Prepared> = batch.iter().filter(|it| !is_replay(it, &keys)).collect();
        let mut contents = load_contents(db, &new, now).await?;
        memory.recall_contents(&mut contents, &new, now);
        let messages = load_messages(db, &new).await?;
        let told = new.iter().filter_map(|it| match it.course {
            Course::Told {
                order: Order::Attach(lead),
                ..
            } => Some(lead),
            _ => None,
        });
        let left = new.iter().filter_map(|it| it.course.from());
        let named: BTreeSet<LeadId> = messages.values().copied().chain(told).chain(left).collect();
        let identities = leads::identities(db, &named).await?;
        let mut also: BTreeSet<IdentityId> = identities.values().copied().collect();
        also.extend(new.iter().filter_map(|it| it.was));
        let records: Vec<&Record> = new.iter().map(|it| &*it.read.record).collect();
        let around = identity::load_over(db, &records, &also, &memory.around).await?;
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
        Ok(Self {
            keys,
            contents,
            messages,
            identities,
            around,
            leads: BTreeMap::new(),
            persons: BTreeMap::new(),
            rota: Rota::new(agents.map(|(id, it)| (*id, it.last_lead))),
            gone,
        })
    }

    /// Reads the cards that submissions join or are near to, and the persons of identities.
    pub(super) async fn load_cards<C: Connection>(
        &mut self,
        db: &C,
        leads: BTreeSet<LeadId>,
        identities: BTreeSet<IdentityId>,
        lock: bool,
    ) -> Result<(), database::Error> {
        let found = leads::load(db, leads, lock).await?;
        self.leads = found.into_iter().map(|lead| (lead.id, lead)).collect();
        let found = persons::of_identities(db, identities).await?;
        self.persons = found.into_iter().map(|it| (it.identity, it)).collect();
        Ok(())
    }

    /// The newest card of somebody.
    pub(super) fn card(&self, identity: IdentityId) -> Option<LeadId> {
        let members = self.around.known.members(identity);
        let cards = members.iter();
        cards
            .filter_map(|member| self.around.cards.get(member).copied())
            .max()
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
