//! What a journey adds to every figure: a pure function of the set of its facts and of the parameters.

use super::{
    figures::{Contribution, Day},
    journey::Journey,
    parameters::Parameters,
};

mod book;
mod desk;
mod funnel;
mod leads;
mod touches;

use book::Book;
use desk::Desk;

/// Derives what a journey adds. The order of its facts does not matter.
pub fn contribution(journey: &Journey, parameters: &Parameters) -> Contribution {
    let mut desk = Desk::new(parameters);
    let book = Book::of(journey, &mut desk);
    funnel::derive(&book, &mut desk);
    leads::derive(&book, &mut desk);
    touches::derive(&book, &mut desk);
    desk.close()
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
