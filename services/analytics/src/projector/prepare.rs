//! From facts and clusters to what is to be written.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use uuid::Uuid;

use super::difference::{Difference, Numbers, keep};
use super::kept::Kept;
use crate::app::App;
use crate::domain::derive::contribution;
use crate::domain::fact::Fact;
use crate::domain::figures::Contribution;
use crate::domain::forest::Forest;
use crate::domain::journey::components;
use crate::domain::parameters::Parameters;
use crate::error::Error;
use crate::store::clusters::{self, Cluster, Reliance};
use crate::store::generations::Generation;
use crate::store::log;

/// Clusters that are derived on the spot: handing them over would take longer.
const FEW: usize = 64;

/// What became of facts.
pub(super) struct Prepared {
    pub(super) ready: Ready,
    /// Those whose clusters have nodes that were busy.
    pub(super) waiting: Vec<Fact>,
    /// Of all clusters that were derived.
    pub(super) nodes: HashSet<Uuid>,
}

/// Prepares facts up to a position for a generation. Clusters that have one of the `busy` nodes are left out.
pub(super) async fn facts(
    app: &App,
    generation: &Generation,
    position: i64,
    facts: Vec<Fact>,
    busy: &HashSet<Uuid>,
) -> Result<Prepared, Error> {
    let reader = app.database().reader();
    let nodes: HashSet<Uuid> = facts.iter().flat_map(Fact::nodes).collect();
    let parameters = app.parameters.upto(app, position).await?;
    let found = clusters::of_nodes(reader, generation.number, nodes).await?;
    let found: HashSet<Uuid> = found.into_values().collect();
    let before = clusters::load(reader, generation.number, found).await?;
    let parts = parts(app, generation.position, before, facts).await?;
    let is_busy = |part: &Part| part.nodes.iter().any(|node| busy.contains(node));
    let (late, free): (Vec<Part>, Vec<Part>) = parts.into_iter().partition(is_busy);
    let nodes = free.iter().flat_map(|part| part.nodes.iter().copied());
    Ok(Prepared {
        nodes: nodes.collect(),
        waiting: late.into_iter().flat_map(|part| part.fresh).collect(),
        ready: ready(app, free, &parameters).await?,
    })
}

/// Prepares clusters that are to be derived anew.
pub(super) async fn again(
    app: &App,
    generation: &Generation,
    ids: &[Uuid],
) -> Result<Ready, Error> {
    let reader = app.database().reader();
    let parameters = app.parameters.upto(app, generation.position).await?;
    let before = clusters::load(reader, generation.number, ids.iter().copied()).await?;
    let parts = parts(app, generation.position, before, Vec::new()).await?;
    ready(app, parts, &parameters).await
}

/// A cluster that is derived anew.
#[derive(Default)]
struct Part {
    nodes: Vec<Uuid>,
    before: Vec<Cluster>,
    stored: Vec<Fact>,
    fresh: Vec<Fact>,
}

/// The clusters to be derived, each with all its facts: those of before up to a position, and the fresh ones.
async fn parts(
    app: &App,
    position: i64,
    before: Vec<Cluster>,
    mut fresh: Vec<Fact>,
) -> Result<Vec<Part>, Error> {
    let known = before.iter().flat_map(|it| it.nodes.iter().copied());
    let stored = log::of_subjects(app.database().reader(), known, position).await?;
    fresh.retain(|fact| !fact.is_parameter());

    let mut forest = Forest::default();
    for cluster in &before {
        forest.join_all(&cluster.nodes);
    }
    for fact in stored.iter().map(|it| &it.fact).chain(&fresh) {
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
    for it in stored {
        if let Some(root) = forest.root_of(it.fact.subject()) {
            parts.entry(root).or_default().stored.push(it.fact);
        }
    }
    for fact in fresh {
        if let Some(root) = forest.root_of(fact.subject()) {
            parts.entry(root).or_default().fresh.push(fact);
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
        let mut facts = self.stored;
        facts.extend(self.fresh);
        let journeys = components(facts);
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

/// Clusters, and what changes with them, as they are to be written.
pub(super) struct Ready {
    numbers: Numbers,
    save: Vec<Cluster>,
    gone: Vec<Uuid>,
    /// Nodes with their clusters.
    join: Vec<(Uuid, Uuid)>,
    rest: Vec<(Uuid, Vec<Reliance>)>,
    difference: Difference,
}

async fn ready(app: &App, parts: Vec<Part>, parameters: &Arc<Parameters>) -> Result<Ready, Error> {
    let is_little = parts.len() <= FEW;
    let parameters = parameters.clone();
    let derived = aside(is_little, move || {
        let derived = parts
            .into_iter()
            .filter_map(|part| part.derive(&parameters));
        let mut derived: Vec<Derived> = derived.collect();
        derived.sort_unstable_by_key(|it| it.id);
        derived
    })
    .await?;
    let all = derived.iter().flat_map(|it| &it.contributions);
    let all = all.map(|(_, contribution)| contribution);
    let numbers = Numbers::of(&app.labels, app.database(), all).await?;
    aside(is_little, move || Ready::of(derived, numbers)).await?
}

/// Does what keeps a processor busy aside of those who wait for an answer, unless it is over at once.
async fn aside<T: Send + 'static>(
    is_little: bool,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Error> {
    if is_little {
        return Ok(work());
    }
    let done = tokio::task::spawn_blocking(work).await;
    Ok(done.map_err(|error| database::Error::Other(error.into()))?)
}

impl Ready {
    fn of(derived: Vec<Derived>, numbers: Numbers) -> Result<Self, Error> {
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
        Ok(Self {
            numbers,
            save,
            gone,
            join,
            rest,
            difference,
        })
    }

    /// Writes it into a generation.
    pub(super) async fn write(self, tx: &messaging::Tx, generation: i16) -> Result<(), Error> {
        clusters::forget(&**tx, generation, self.gone).await?;
        clusters::save(&**tx, generation, self.save).await?;
        clusters::join(&**tx, generation, self.join).await?;
        clusters::rest_on(&**tx, generation, self.rest).await?;
        self.difference.write(tx, generation, &self.numbers).await?;
        Ok(())
    }
}
