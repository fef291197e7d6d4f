//! One batch: from facts to differences of figures.
//!
//! All is read outside of a transaction, under the turn of the generation as it was before; the transaction that
//! writes begins by taking the next turn. So of two projectors one finds its turn taken and has written nothing.

use std::collections::{BTreeMap, HashMap, HashSet};

use uuid::Uuid;

use super::difference::{Difference, Numbers, keep};
use super::kept::Kept;
use crate::app::App;
use crate::domain::derive::contribution;
use crate::domain::fact::{Fact, What};
use crate::domain::figures::{Contribution, Day};
use crate::domain::forest::Forest;
use crate::domain::journey::components;
use crate::domain::parameters::Parameters;
use crate::error::Error;
use crate::store::clusters::{self, Cluster};
use crate::store::generations::{self, Generation};
use crate::store::{log, stale};

/// Clusters derived before others of the process get a turn.
const AT_A_STRETCH: usize = 64;

/// What a batch came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// So many facts were taken in, or so many clusters restated.
    Done(usize),
    /// Somebody else was faster: nothing was written.
    Overtaken,
}

/// A cluster that is derived anew.
#[derive(Default)]
struct Part {
    nodes: Vec<Uuid>,
    before: Vec<Cluster>,
    facts: Vec<Fact>,
}

/// Takes up to `limit` facts into a generation, none after `upto`.
pub async fn take_in(
    app: &App,
    generation: &Generation,
    upto: i64,
    limit: u64,
) -> Result<Outcome, Error> {
    let reader = app.database().reader();
    let fresh = log::after(reader, generation.position, upto, limit).await?;
    let Some(position) = fresh.last().map(|last| last.position) else {
        return Ok(Outcome::Done(0));
    };
    let count = fresh.len();
    let as_of = fresh.iter().map(|it| it.fact.at).max();
    let as_of = as_of.max(generation.as_of);
    let facts: Vec<Fact> = fresh.into_iter().map(|it| it.fact).collect();
    let nodes: HashSet<Uuid> = facts.iter().flat_map(Fact::nodes).collect();
    let marks = marks(&facts);
    let parameters = app.parameters.upto(app, position).await?;
    let found = clusters::of_nodes(reader, generation.number, nodes.iter().copied()).await?;
    let found: HashSet<Uuid> = found.into_values().collect();
    let before = clusters::load(reader, generation.number, found).await?;
    let parts = parts(app, generation.position, before, facts).await?;
    let batch = Batch::derive(app, parts, &parameters).await?;

    let tx = app.outbox.begin().await?;
    if !generations::advance(&*tx, generation, position, as_of).await? {
        tx.rollback().await?;
        return Ok(Outcome::Overtaken);
    }
    for mark in marks {
        match mark {
            Mark::Rate(currency, day) => {
                stale::by_rate(&*tx, generation.number, &currency, day).await?;
            }
            Mark::Weights => stale::by_weights(&*tx, generation.number).await?,
        }
    }
    batch.write(&tx, generation.number).await?;
    tx.commit().await?;
    Ok(Outcome::Done(count))
}

/// Derives up to `limit` clusters anew whose rates or weights changed.
pub async fn restate(app: &App, generation: &Generation, limit: u64) -> Result<Outcome, Error> {
    let reader = app.database().reader();
    let queued = stale::some(reader, generation.number, limit).await?;
    if queued.is_empty() {
        return Ok(Outcome::Done(0));
    }
    let parameters = app.parameters.upto(app, generation.position).await?;
    let before = clusters::load(reader, generation.number, queued.iter().copied()).await?;
    let parts = parts(app, generation.position, before, Vec::new()).await?;
    let batch = Batch::derive(app, parts, &parameters).await?;

    let tx = app.outbox.begin().await?;
    let (position, as_of) = (generation.position, generation.as_of);
    if !generations::advance(&*tx, generation, position, as_of).await? {
        tx.rollback().await?;
        return Ok(Outcome::Overtaken);
    }
    stale::done(&*tx, generation.number, &queued).await?;
    batch.write(&tx, generation.number).await?;
    tx.commit().await?;
    Ok(Outcome::Done(queued.len()))
}

/// Whose figures are to be restated.
enum Mark {
    /// Those that rest on a rate of the currency of the day or later.
    Rate(String, Day),
    Weights,
}

/// One mark for each currency, from its first changed day on.
fn marks(facts: &[Fact]) -> Vec<Mark> {
    let mut days: BTreeMap<&str, Day> = BTreeMap::new();
    let mut weights = false;
    for fact in facts {
        match &fact.what {
            What::RateRecorded { currency, day, .. } => {
                let first = days.entry(currency).or_insert(*day);
                *first = (*first).min(*day);
            }
            What::WeightsFitted { .. } => weights = true,
            _ => {}
        }
    }
    let rates = days
        .into_iter()
        .map(|(currency, day)| Mark::Rate(currency.to_owned(), day));
    rates.chain(weights.then_some(Mark::Weights)).collect()
}

/// The clusters to be derived, each with all its facts: those of before up to a position, and the fresh ones.
async fn parts(
    app: &App,
    position: i64,
    before: Vec<Cluster>,
    fresh: Vec<Fact>,
) -> Result<Vec<Part>, Error> {
    let known = before.iter().flat_map(|it| it.nodes.iter().copied());
    let stored = log::of_subjects(app.database().reader(), known, position).await?;
    let mut facts = fresh;
    facts.retain(|fact| !fact.is_parameter());
    facts.extend(stored.into_iter().map(|it| it.fact));

    let mut forest = Forest::default();
    for cluster in &before {
        forest.join_all(&cluster.nodes);
    }
    for fact in &facts {
        forest.join_all(&fact.nodes());
    }
    let mut parts: HashMap<usize, Part> = HashMap::new();
    for (node, root) in forest.roots() {
        parts.entry(root).or_default().nodes.push(node);
    }
    for cluster in before {
        if let Some(root) = cluster.nodes.first().and_then(|node| forest.root_of(*node)) {
            parts.entry(root).or_default().before.push(cluster);
        }
    }
    for fact in facts {
        if let Some(root) = forest.root_of(fact.subject()) {
            parts.entry(root).or_default().facts.push(fact);
        }
    }
    Ok(parts.into_values().collect())
}

/// A cluster as it is to be.
struct Derived {
    id: Uuid,
    nodes: Vec<Uuid>,
    before: Vec<Cluster>,
    contributions: Vec<(Uuid, Contribution)>,
}

struct Batch {
    derived: Vec<Derived>,
    numbers: Numbers,
}

impl Batch {
    async fn derive(app: &App, parts: Vec<Part>, parameters: &Parameters) -> Result<Self, Error> {
        let mut derived = Vec::with_capacity(parts.len());
        for (place, part) in parts.into_iter().enumerate() {
            derived.extend(part.derive(parameters));
            if place % AT_A_STRETCH == AT_A_STRETCH - 1 {
                tokio::task::yield_now().await;
            }
        }
        derived.sort_unstable_by_key(|it| it.id);
        let all = derived.iter().flat_map(|it| &it.contributions);
        let all = all.map(|(_, contribution)| contribution);
        let numbers = Numbers::of(&app.labels, app.database(), all).await?;
        Ok(Self { derived, numbers })
    }

    async fn write(self, tx: &messaging::Tx, generation: i16) -> Result<(), Error> {
        let Self { derived, numbers } = self;
        let mut difference = Difference::default();
        let (mut save, mut gone, mut join, mut rest) = (vec![], vec![], vec![], vec![]);
        for it in derived {
            let kept = keep(&it.contributions, &numbers);
            let bytes = kept.to_bytes();
            let mut reliance = Vec::new();
            let mut home: HashSet<Uuid> = HashSet::new();
            for cluster in &it.before {
                let old = Kept::from_bytes(&cluster.contribution)?;
                difference.take(&old);
                reliance.extend(old.reliance);
                if cluster.id == it.id {
                    home.extend(&cluster.nodes);
                } else {
                    gone.push(cluster.id);
                }
            }
            let unchanged = it
                .before
                .iter()
                .any(|old| old.id == it.id && old.contribution == bytes && old.nodes == it.nodes);
            if reliance != kept.reliance {
                rest.push((it.id, kept.reliance.clone()));
                let others = it.before.iter().filter(|old| old.id != it.id);
                rest.extend(others.map(|old| (old.id, Vec::new())));
            }
            let newcomers = it.nodes.iter().filter(|node| !home.contains(*node));
            join.extend(newcomers.map(|node| (*node, it.id)));
            difference.give(&kept, it.contributions);
            if !unchanged {
                save.push(Cluster {
                    id: it.id,
                    nodes: it.nodes,
                    contribution: bytes,
                });
            }
        }
        clusters::forget(&**tx, generation, gone).await?;
        clusters::save(&**tx, generation, save).await?;
        clusters::join(&**tx, generation, join).await?;
        clusters::rest_on(&**tx, generation, rest).await?;
        difference.write(tx, generation, &numbers).await?;
        Ok(())
    }
}

impl Part {
    fn derive(mut self, parameters: &Parameters) -> Option<Derived> {
        self.nodes.sort_unstable();
        // The largest one keeps its name, so that the fewest members move.
        let largest = self
            .before
            .iter()
            .max_by_key(|it| (it.nodes.len(), std::cmp::Reverse(it.id)));
        let first = self.nodes.first().copied();
        let id = largest.map(|it| it.id).or(first)?;
        let journeys = components(self.facts);
        let contributions = journeys
            .iter()
            .map(|journey| (journey.id, contribution(journey, parameters)));
        Some(Derived {
            id,
            nodes: self.nodes,
            contributions: contributions.collect(),
            before: self.before,
        })
    }
}
