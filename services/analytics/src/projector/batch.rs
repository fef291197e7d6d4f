//! One batch: from facts to differences of figures.
//!
//! All is read and derived outside of a transaction, under the turn of the generation as it was before; the
//! transaction that writes begins by taking the next one. So of two projectors one finds its turn taken and has
//! written nothing.
//!
//! While a batch is written, which is the database's work, the next one is prepared, which is ours. What it shares
//! nodes with the one being written is left out and prepared when that is done: nothing else can have changed. The
//! nodes of a batch are all nodes of the clusters that it derives, so whatever it changes of clusters and members is
//! of these nodes.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use tokio::task::JoinSet;
use tracing::Instrument as _;
use uuid::Uuid;

use super::prepare::{self, Ready};
use crate::app::App;
use crate::domain::fact::{Fact, What};
use crate::domain::figures::Day;
use crate::error::Error;
use crate::store::generations::{self, Generation};
use crate::store::{log, stale};

/// Batches that are taken in before the caller gets a say again.
pub const IN_A_ROW: usize = 4;

/// What it came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// So many facts were taken in, or so many clusters restated.
    Done(usize),
    /// Somebody else was faster: nothing was written.
    Overtaken,
}

/// Takes facts into a generation, none after `upto`: up to [`IN_A_ROW`] batches of `limit`.
pub async fn take_in(
    app: &Arc<App>,
    generation: &Generation,
    upto: i64,
    limit: u64,
) -> Result<Outcome, Error> {
    let whole = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut at = generation.clone();
    let mut taken = 0;
    let mut next = Batch::ahead(app, &at, upto, limit, &HashSet::new()).await?;
    for round in 1..=IN_A_ROW {
        let Some(mut batch) = next.take() else {
            break;
        };
        batch.complete(app, &at).await?;
        let after = batch.after(&at);
        let count = batch.count;
        let busy = std::mem::take(&mut batch.nodes);
        // A task of its own, or the two would take turns; it goes with this future.
        let mut ahead = JoinSet::new();
        if round < IN_A_ROW && count == whole {
            let (app, after) = (app.clone(), after.clone());
            let batch = async move { Batch::ahead(&app, &after, upto, limit, &busy).await };
            ahead.spawn(batch.in_current_span());
        }
        if !batch.write(app, &at).await? {
            // What is prepared after it is of a state that never was.
            return Ok(match taken {
                0 => Outcome::Overtaken,
                taken => Outcome::Done(taken),
            });
        }
        taken += count;
        at = after;
        if let Some(batch) = ahead.join_next().await {
            next = batch.map_err(|error| database::Error::Other(error.into()))??;
        }
    }
    Ok(Outcome::Done(taken))
}

/// Derives up to `limit` clusters anew whose rates or weights changed.
pub async fn restate(app: &App, generation: &Generation, limit: u64) -> Result<Outcome, Error> {
    let queued = stale::some(app.database().reader(), generation.number, limit).await?;
    if queued.is_empty() {
        return Ok(Outcome::Done(0));
    }
    let ready = prepare::again(app, generation, &queued).await?;

    let tx = app.outbox.begin().await?;
    let (position, as_of) = (generation.position, generation.as_of);
    if !generations::advance(&*tx, generation, position, as_of).await? {
        tx.rollback().await?;
        return Ok(Outcome::Overtaken);
    }
    stale::done(&*tx, generation.number, &queued).await?;
    ready.write(&tx, generation.number).await?;
    tx.commit().await?;
    Ok(Outcome::Done(queued.len()))
}

/// Facts on their way into a generation.
struct Batch {
    position: i64,
    /// Time of the latest fact.
    as_of: Option<clock::Timestamp>,
    /// Facts.
    count: usize,
    marks: Vec<Mark>,
    ready: Vec<Ready>,
    /// Facts that wait for the batch before.
    waiting: Vec<Fact>,
    /// Of all clusters that are derived.
    nodes: HashSet<Uuid>,
}

impl Batch {
    /// Prepares what follows a state of the generation, which may still be on its way: `busy` are the nodes that are
    /// being written. None when nothing follows.
    async fn ahead(
        app: &App,
        generation: &Generation,
        upto: i64,
        limit: u64,
        busy: &HashSet<Uuid>,
    ) -> Result<Option<Self>, Error> {
        let reader = app.database().reader();
        let fresh = log::after(reader, generation.position, upto, limit).await?;
        let Some(position) = fresh.last().map(|last| last.position) else {
            return Ok(None);
        };
        let as_of = fresh.iter().map(|it| it.fact.at).max();
        let facts: Vec<Fact> = fresh.into_iter().map(|it| it.fact).collect();
        let count = facts.len();
        let marks = marks(&facts);
        let prepared = prepare::facts(app, generation, position, facts, busy).await?;
        Ok(Some(Self {
            position,
            as_of,
            count,
            marks,
            ready: vec![prepared.ready],
            waiting: prepared.waiting,
            nodes: prepared.nodes,
        }))
    }

    /// Prepares the rest, now that the generation is what it was to be.
    async fn complete(&mut self, app: &App, generation: &Generation) -> Result<(), Error> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let facts = std::mem::take(&mut self.waiting);
        let none = HashSet::new();
        let prepared = prepare::facts(app, generation, self.position, facts, &none).await?;
        self.ready.push(prepared.ready);
        self.nodes.extend(prepared.nodes);
        Ok(())
    }

    /// The generation when this is in it.
    fn after(&self, generation: &Generation) -> Generation {
        Generation {
            position: self.position,
            turn: generation.turn + 1,
            as_of: self.as_of.max(generation.as_of),
            ..generation.clone()
        }
    }

    /// Writes it; false when somebody else was faster.
    async fn write(self, app: &App, generation: &Generation) -> Result<bool, Error> {
        let as_of = self.as_of.max(generation.as_of);
        let tx = app.outbox.begin().await?;
        if !generations::advance(&*tx, generation, self.position, as_of).await? {
            tx.rollback().await?;
            return Ok(false);
        }
        for mark in self.marks {
            match mark {
                Mark::Rate(currency, day) => {
                    stale::by_rate(&*tx, generation.number, &currency, day).await?;
                }
                Mark::Weights => stale::by_weights(&*tx, generation.number).await?,
            }
        }
        for ready in self.ready {
            ready.write(&tx, generation.number).await?;
        }
        tx.commit().await?;
        Ok(true)
    }
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
