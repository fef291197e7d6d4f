//! What a journey adds to every figure: a pure function of the set of its facts and of the parameters.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::{
    fact::{Fact, What},
    figures::{Contribution, Day},
    journey::Journey,
    parameters::Parameters,
};

mod agents;
mod attribution;
mod book;
mod cases;
mod channels;
mod clients;
mod cohorts;
mod contracts;
mod costs;
mod deals;
mod desk;
mod directory;
mod flow;
mod funnel;
mod history;
mod influence;
mod leads;
mod made;
mod paths;
mod purchases;
mod referrals;
mod refusals;
mod stages;
mod surveys;
mod touches;

use book::Book;
use desk::Desk;

/// Derives what a journey adds. The order of its facts does not matter.
pub fn contribution(journey: &Journey, parameters: &Parameters) -> Contribution {
    let mut desk = Desk::new(parameters);
    let book = Book::of(journey, &mut desk);
    touches::derive(&book, &mut desk);
    leads::derive(&book, &mut desk);
    deals::derive(&book, &mut desk);
    contracts::derive(&book, &mut desk);
    clients::derive(&book, &mut desk);
    funnel::derive(&book, &mut desk);
    flow::derive(&book, &mut desk);
    stages::derive(&book, &mut desk);
    history::derive(&book, &mut desk);
    refusals::derive(&book, &mut desk);
    agents::derive(&book, &mut desk);
    influence::derive(&book, &mut desk);
    attribution::derive(&book, &mut desk);
    paths::derive(&book, &mut desk);
    purchases::derive(&book, &mut desk);
    cohorts::derive(&book, &mut desk);
    cases::derive(&book, &mut desk);
    surveys::derive(&journey.facts, &mut desk);
    referrals::derive(&journey.facts, &mut desk);
    costs::derive(&journey.facts, &mut desk);
    channels::derive(&journey.facts, &mut desk);
    directory::derive(&journey.facts, &mut desk);
    desk.close()
}

/// Of the facts that state something as a whole the newest one of each, in the order of what they state.
fn newest(facts: &[Fact], key: impl Fn(&What) -> Option<Uuid>) -> impl Iterator<Item = &Fact> {
    let mut newest: BTreeMap<Uuid, &Fact> = BTreeMap::new();
    for fact in facts {
        if let Some(key) = key(&fact.what) {
            let known = newest.entry(key).or_insert(fact);
            if known.age() < fact.age() {
                *known = fact;
            }
        }
    }
    newest.into_values()
}

/// The day of a moment, UTC.
fn day(at: clock::Timestamp) -> Day {
    let days = at.timestamp().div_euclid(86_400);
    Day::try_from(days).unwrap_or(if days < 0 { Day::MIN } else { Day::MAX })
}

/// Whole seconds from one moment to a later one, 0 when it is not later.
fn seconds(from: clock::Timestamp, to: clock::Timestamp) -> i64 {
    (to - from).num_seconds().max(0)
}

/// A count.
fn count(items: usize) -> i64 {
    i64::try_from(items).unwrap_or(i64::MAX)
}

/// An id as figures are grouped by it, empty for none.
fn printed<T: std::fmt::Display>(id: Option<T>) -> String {
    id.map(|id| id.to_string()).unwrap_or_default()
}
