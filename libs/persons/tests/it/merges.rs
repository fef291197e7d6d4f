//! The copy on both databases: events twice and in any order.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use std::collections::BTreeSet;

use database::Database;
use ids::{MergeId, PersonId};
use persons::merges::{self, Link, members, members_of_all, save};
use persons::reach;
use testkit::Storage;

pub(crate) async fn databases() -> Vec<(&'static str, Database, Storage)> {
    testkit::databases("follower", &[merges::MIGRATION, reach::MIGRATION]).await
}

pub(crate) fn merge(kept: PersonId, joined: PersonId, revision: i64) -> Link {
    let merge = MergeId::generate().to_string();
    Link::read(&merge, &kept.to_string(), &joined.to_string(), revision).unwrap()
}

pub(crate) fn split(merge: Link, revision: i64) -> Link {
    let split = Link { revision, ..merge };
    split.ended()
}

async fn keep(database: &Database, links: &[Link]) {
    for link in links {
        let tx = database.begin().await.unwrap();
        save(&tx, *link).await.unwrap();
        tx.commit().await.unwrap();
    }
}

async fn one(database: &Database, person: PersonId) -> Vec<PersonId> {
    let found = members(database.reader(), person).await.unwrap();
    found.into_iter().collect()
}

pub(crate) fn persons<const N: usize>() -> [PersonId; N] {
    std::array::from_fn(|_| PersonId::generate())
}

#[tokio::test]
async fn members_are_all_that_links_in_force_connect() {
    for (label, database, _storage) in databases().await {
        let [a, b, c, d] = persons();
        // A circle, and somebody apart.
        let links = [merge(c, b, 1), merge(b, a, 2), merge(a, c, 3)];
        keep(&database, &links).await;
        for person in [a, b, c] {
            assert_eq!(one(&database, person).await, [a, b, c], "{label}");
        }
        assert_eq!(one(&database, d).await, [d], "{label}");
        let all = members_of_all(database.reader(), [c, d]).await.unwrap();
        assert_eq!(all[&c], BTreeSet::from([a, b, c]), "{label}");
        assert_eq!(all[&d], BTreeSet::from([d]), "{label}");
        keep(&database, &[split(links[0], 4), split(links[2], 5)]).await;
        assert_eq!(one(&database, c).await, [c], "{label}");
        assert_eq!(one(&database, a).await, [a, b], "{label}");
    }
}

/// All orders of four events.
fn orders() -> Vec<[usize; 4]> {
    let places = || 0..4;
    let all = places().flat_map(|a| places().map(move |b| (a, b)));
    let all =
        all.flat_map(|(a, b)| places().flat_map(move |c| places().map(move |d| [a, b, c, d])));
    all.filter(|order| BTreeSet::from(*order).len() == 4)
        .collect()
}

#[tokio::test]
async fn events_may_come_twice_and_in_any_order() {
    for (label, database, _storage) in databases().await {
        for order in orders() {
            let [a, b, c] = persons();
            let (first, second) = (merge(a, b, 1), merge(b, a, 3));
            let events = [first, split(first, 2), second, merge(b, c, 4)];
            let mixed = order.map(|at| events[at]);
            keep(&database, &mixed).await;
            assert_eq!(one(&database, c).await, [a, b, c], "{label} {order:?}");
            keep(&database, &[first, split(second, 5), second]).await;
            assert_eq!(one(&database, a).await, [a], "{label} {order:?}");
            assert_eq!(one(&database, b).await, [b, c], "{label} {order:?}");
        }
    }
}
