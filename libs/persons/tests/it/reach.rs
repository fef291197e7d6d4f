//! Who must not be reached.

use std::collections::BTreeSet;

use database::Database;
use ids::{LeadId, PersonId};
use persons::{
    merges,
    reach::{self, Person, Said, Target, refused, save_persons, save_said},
};

use crate::merges::{databases, merge, persons, split};

fn said(person: PersonId, purpose: &str, contact: &str, refused: bool, revision: i64) -> Said {
    Said {
        person,
        revision,
        channel: "email".to_owned(),
        purpose: purpose.to_owned(),
        contact: contact.to_owned(),
        refused,
        stated_at: "2026-11-22T10:00:00Z".parse().unwrap(),
    }
}

fn person(id: PersonId, keys: &[&str], revision: i64) -> Person {
    Person {
        id,
        revision,
        keys: keys.iter().map(|&it| it.to_owned()).collect(),
    }
}

async fn record(database: &Database, persons: &[Person]) {
    let tx = database.begin().await.unwrap();
    save_persons(&tx, persons).await.unwrap();
    tx.commit().await.unwrap();
}

async fn tell(database: &Database, told: &Said) {
    let tx = database.begin().await.unwrap();
    reach::forbid(&tx).await.unwrap();
    save_said(&tx, told).await.unwrap();
    tx.commit().await.unwrap();
}

async fn link(database: &Database, link: merges::Link) {
    let tx = database.begin().await.unwrap();
    merges::save(&tx, link).await.unwrap();
    tx.commit().await.unwrap();
}

/// Whether e-mail to it is refused.
async fn stops(database: &Database, purpose: &str, target: Target) -> bool {
    let tx = database.begin().await.unwrap();
    reach::hold(&tx).await.unwrap();
    let channels = refused(&tx, purpose, &[target]).await.unwrap().remove(0);
    assert!(channels.is_subset(&BTreeSet::from(["email".to_owned()])));
    !channels.is_empty()
}

fn at(key: &str) -> Target {
    Target {
        keys: vec![key.to_owned()],
        ..Target::default()
    }
}

fn of(person: PersonId) -> Target {
    Target {
        person: Some(person),
        ..Target::default()
    }
}

#[tokio::test]
async fn a_refusal_counts_for_all_records_while_they_are_one() {
    for (label, database, _storage) in databases().await {
        let [a, b, c] = persons();
        let lead = LeadId::generate().to_string();
        let all = [
            person(a, &["Anna@A.org", &lead], 1),
            person(b, &["anna@b.org"], 1),
            person(c, &["csaba@c.org"], 1),
        ];
        record(&database, &all).await;
        tell(&database, &said(b, "", "", true, 2)).await;
        let joined = merge(a, b, 1);
        for (merged, event) in [(true, joined), (false, split(joined, 2))] {
            link(&database, event).await;
            for target in [at("anna@a.org"), at(&lead), of(a)] {
                let stopped = stops(&database, "farewell", target).await;
                assert_eq!(stopped, merged, "{label}");
            }
            assert!(
                stops(&database, "farewell", at("ANNA@b.org")).await,
                "{label}"
            );
            assert!(!stops(&database, "farewell", of(c)).await, "{label}");
        }
    }
}

#[tokio::test]
async fn refusals_of_a_purpose_or_of_an_address_go_no_further() {
    for (label, database, _storage) in databases().await {
        let [a] = persons();
        record(&database, &[person(a, &["one@a.org", "two@a.org"], 1)]).await;
        tell(&database, &said(a, "mailing", "", true, 2)).await;
        assert!(stops(&database, "mailing", of(a)).await, "{label}");
        assert!(!stops(&database, "farewell", of(a)).await, "{label}");
        tell(&database, &said(a, "", "One@A.org", true, 3)).await;
        assert!(
            stops(&database, "farewell", at("one@a.org")).await,
            "{label}"
        );
        assert!(
            !stops(&database, "farewell", at("two@a.org")).await,
            "{label}"
        );
        // Somebody else's card, the same mailbox.
        assert!(
            stops(&database, "greeting", at("one@a.org")).await,
            "{label}"
        );
    }
}

#[tokio::test]
async fn what_was_said_last_counts_whatever_the_order() {
    for (label, database, _storage) in databases().await {
        let [a, b] = persons();
        let late = |told: Said| Said {
            stated_at: "2026-11-23T10:00:00Z".parse().unwrap(),
            ..told
        };
        let told = |person| {
            [
                said(person, "", "", false, 2),
                said(person, "", "", true, 3),
                late(said(person, "", "", false, 4)),
                // Recorded last, said before.
                said(person, "", "", true, 5),
            ]
        };
        for told in told(a) {
            tell(&database, &told).await;
        }
        for told in told(b).iter().rev().chain(&told(b)) {
            tell(&database, told).await;
        }
        for person in [a, b] {
            assert!(!stops(&database, "mailing", of(person)).await, "{label}");
            tell(&database, &late(said(person, "", "", true, 6))).await;
            assert!(stops(&database, "mailing", of(person)).await, "{label}");
        }
    }
}

#[tokio::test]
async fn an_older_card_gives_no_address_back() {
    for (label, database, _storage) in databases().await {
        let [a] = persons();
        let lead = LeadId::generate().to_string();
        record(
            &database,
            &[
                person(a, &["old@a.org"], 1),
                person(a, &["new@a.org", &lead], 3),
            ],
        )
        .await;
        record(&database, &[person(a, &["old@a.org", "+371 29-1"], 2)]).await;
        tell(&database, &said(a, "", "", true, 4)).await;
        assert!(
            stops(&database, "mailing", at("new@a.org")).await,
            "{label}"
        );
        assert!(
            !stops(&database, "mailing", at("old@a.org")).await,
            "{label}"
        );
        assert_eq!(
            reach::leads(database.reader(), a).await.unwrap(),
            [lead],
            "{label}"
        );
    }
}

#[tokio::test]
async fn nothing_is_sent_to_the_contacts_of_somebody_who_was_erased() {
    for (label, database, _storage) in databases().await {
        let [anna, boris, _] = persons();
        let lead = LeadId::generate().to_string();
        record(
            &database,
            &[
                person(anna, &["anna@example.org", "+371 20000001", &lead], 1),
                person(boris, &["boris@example.org"], 1),
            ],
        )
        .await;
        tell(&database, &said(anna, "", "anna@example.org", true, 2)).await;
        let erase = async || {
            let tx = database.begin().await.unwrap();
            let emails = [reach::digest("Anna@example.org ")];
            let phones = [reach::digest("+37120000001")];
            let at = "2026-11-23T10:00:00Z".parse().unwrap();
            let erased = reach::erase(&tx, &[anna].into(), &emails, &phones, at).await;
            erased.unwrap();
            tx.commit().await.unwrap();
        };
        erase().await;
        erase().await;
        let places = testkit::places_of(&database, "anna@example").await;
        assert!(places.is_empty(), "{label}: {places:?}");
        let target = |keys: &[&str]| Target {
            person: None,
            keys: keys.iter().map(|&key| key.to_owned()).collect(),
        };
        assert!(stops(&database, "mailing", target(&["ANNA@example.org"])).await);
        assert!(!stops(&database, "mailing", target(&["boris@example.org"])).await);
        let tx = database.begin().await.unwrap();
        let phone = refused(&tx, "greeting", &[target(&["+371 2000-0001"])]).await;
        let channels = BTreeSet::from(["call".to_owned(), "sms".to_owned()]);
        assert_eq!(phone.unwrap(), [channels], "{label}");
        assert_eq!(reach::leads(&tx, anna).await.unwrap(), [lead], "{label}");
    }
}
