use super::*;
use crate::{decide::Verdict, decide::decide, model::Model, record::Received};

type Town = Known<u32, u32>;

fn record(name: &str, email: &str) -> Record {
    Record::read(&Received {
        full_name: Some(name),
        emails: vec![email],
        ..Received::default()
    })
}

fn verdict(town: &Town, record: &Record) -> Verdict<u32> {
    let found = town.look_up(record, None);
    let model = Model::embedded().unwrap();
    decide(
        model,
        record,
        &found.candidates,
        &found.counts,
        &town.rulings(),
    )
    .verdict
}

fn town() -> Town {
    let mut town = Town::new();
    town.add(1, 1, record("Nora Field", "nora@field.eu"));
    town.add(2, 2, record("Nora Field", "nora.field@mill.lv"));
    town.add(3, 3, record("Max Hill", "max@hill.eu"));
    town
}

#[test]
fn somebody_linked_is_called_by_the_smallest_name_and_no_record_moves() {
    let mut town = town();
    assert!(town.link(2, 1));
    assert!(!town.link(1, 2));
    assert_eq!((town.head(2), town.members(1)), (1, BTreeSet::from([1, 2])));
    let later = record("N. Field", "nora.field@mill.lv");
    let same = Verdict::Same {
        person: 1,
        merges: vec![],
    };
    assert_eq!(verdict(&town, &later), same);
    assert_eq!(town.look_up(&later, None).candidates[0].records.len(), 2);
    let key = Key::of(Kind::Contact, "nora.field@mill.lv");
    assert_eq!(town.postings[&key].persons, [2]);
}

#[test]
fn a_further_record_under_the_same_keys_changes_no_posting() {
    let mut town = town();
    let changes = town.changes().len();
    town.add(1, 4, record("Nora Field", "nora@field.eu"));
    assert_eq!(town.changes().len(), changes);
    for number in 10..200 {
        town.add(1, number, record("Nora Field", "nora@field.eu"));
    }
    let same = Verdict::Same {
        person: 1,
        merges: vec![],
    };
    assert_eq!(verdict(&town, &record("Nora Field", "nora@field.eu")), same);
}

#[test]
fn what_is_taken_back_leaves_the_postings_as_before() {
    let mut town = town();
    let stored = |town: &Town| -> BTreeMap<Key, Posting<u32>> {
        let postings = town.postings.iter();
        postings
            .filter(|(key, posting)| posting.count > 0 && is_followed_kind(**key))
            .map(|(key, posting)| (*key, posting.clone()))
            .collect()
    };
    let before = stored(&town);
    town.add(3, 9, record("Maximilian Hill", "max@mill.lv"));
    assert_ne!(stored(&town), before);
    assert!(town.remove(3, 9).is_some());
    assert_eq!(stored(&town), before);
    assert!(town.remove(3, 9).is_none());
}

#[test]
fn a_change_says_what_it_rests_on() {
    let mut town = Town::new();
    let contact = Key::of(Kind::Contact, "nora@field.eu");
    let posting = |count, persons: &[u32]| Posting {
        count,
        persons: persons.to_vec(),
    };
    town.know_key(contact, posting(1, &[7]));
    town.know_key(Key::everybody(), posting(500, &[]));
    town.add(8, 1, record("Nora Field", "nora@field.eu"));
    let changes = town.changes();
    let of = |key| changes.iter().find(|change| change.key == key).unwrap();
    assert_eq!(of(contact).posting, posting(2, &[7, 8]));
    assert_eq!((of(contact).step, of(contact).guarded), (1, true));
    let everybody = of(Key::everybody());
    assert_eq!(everybody.posting, posting(501, &[]));
    assert_eq!((everybody.step, everybody.guarded), (1, false));
}

#[test]
fn a_key_that_becomes_too_common_is_counted_on_and_not_followed() {
    let mut town = Town::new();
    for person in 0..=FOLLOWED_MAX {
        town.add(
            person,
            person,
            record(&format!("Nora F{person}"), "office@mill.lv"),
        );
    }
    let contact = Key::of(Kind::Contact, "office@mill.lv");
    let changes = town.changes();
    let change = changes.iter().find(|change| change.key == contact).unwrap();
    assert_eq!(change.posting.count, FOLLOWED_MAX + 1);
    assert!(change.posting.persons.is_empty());
    assert!(!town.wanted(&record("", "office@mill.lv")).contains(&3));
}

#[test]
fn who_was_told_apart_is_found_again_under_the_heads() {
    let mut town = town();
    town.know_apart(3, 2);
    town.link(1, 2);
    assert_eq!(town.rulings().apart, [(1, 3)]);
}

#[test]
fn a_record_is_decided_anew_as_if_it_had_never_come() {
    let mut town = town();
    let model = Model::embedded().unwrap();
    let anew = |town: &Town, person: u32, id: u32| {
        let record = town.records_of(person).find(|(known, _)| **known == id);
        let record = record.unwrap().1;
        let found = town.look_up_anew(person, id, record);
        let rulings = town.rulings_of(person);
        let counted = found.counts.values().sum::<u32>();
        let verdict = decide(model, record, &found.candidates, &found.counts, &rulings).verdict;
        (verdict, counted)
    };
    // Known by it alone: nobody is left, and the counts are those of the others.
    let everybody = 2;
    assert_eq!(anew(&town, 3, 3), (Verdict::New, everybody));
    // A second record of the same: the first one stands for the person.
    town.add(3, 4, record("Max Hill", "max@hill.eu"));
    let own = Verdict::Same {
        person: 3,
        merges: vec![],
    };
    assert_eq!(anew(&town, 3, 4).0, own);
    // Another person by the same contact is seen, unless people told the two apart.
    town.add(5, 5, record("Max Hill", "max@hill.eu"));
    let other = Verdict::Same {
        person: 3,
        merges: vec![],
    };
    assert_eq!(anew(&town, 5, 5).0, other);
    town.know_apart(5, 3);
    assert_eq!(anew(&town, 5, 5).0, Verdict::New);
    // Linked, they are compared as one, without the record itself.
    town.link(3, 1);
    let found = town.look_up_anew(3, 4, &record("Max Hill", "max@hill.eu"));
    let candidates = found.candidates.iter();
    let compared: Vec<(u32, usize)> = candidates.map(|it| (it.person, it.records.len())).collect();
    assert_eq!(compared, [(1, 2), (5, 1)]);
}
