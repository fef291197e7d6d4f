//! The tables find what a population in memory finds.

use matching::{
    compare::Candidate,
    keys::{Counts, FOLLOWED_MAX},
    population::{Found, Population},
    record::Received,
};
use testkit::postgres;
use uuid::Uuid;

use super::*;
use crate::synthetic::Stream;

const STREAM_SIZE: u64 = 1_000;

fn id(number: u64) -> Uuid {
    Uuid::from_u64_pair(number + 1, 7)
}

fn records(numbers: std::ops::Range<u64>) -> Vec<(RecordId, Record)> {
    let stream = Stream::new(7, STREAM_SIZE);
    numbers
        .map(|number| (RecordId(id(number)), stream.lead(number).record()))
        .collect()
}

type Shown = (Counts, Vec<(IdentityId, Vec<Record>)>);

fn shown(found: &Found<'_, IdentityId>) -> Shown {
    let own = |candidate: &Candidate<'_, IdentityId>| {
        let records = candidate.records.iter().copied().cloned();
        (candidate.person, records.collect())
    };
    (
        found.counts.clone(),
        found.candidates.iter().map(own).collect(),
    )
}

/// Whose a record is by what a population in memory knows.
fn in_memory(
    population: &mut Population<IdentityId>,
    id: RecordId,
    record: &Record,
) -> (IdentityId, Shown) {
    let found = shown(&population.look_up(record));
    let model = Model::embedded().unwrap();
    let person = match population.decide(model, record).verdict {
        Verdict::Same { person, merges } => {
            let head = merges.iter().copied().fold(person, Ord::min);
            for one in merges.into_iter().chain([person]) {
                population.merge(head, one);
            }
            head
        }
        _ => IdentityId::from_uuid(id.0),
    };
    population.add(person, record.clone());
    (person, found)
}

#[tokio::test]
async fn batches_are_decided_as_one_after_the_other_in_memory() {
    let database = postgres().database().await;
    let identities = Identities::open(database.url()).await.unwrap();
    let mut population = Population::new();
    for batch in records(0..STREAM_SIZE).chunks(90) {
        // The first of a batch has nothing before it but what is stored.
        let (_, first) = batch.first().unwrap();
        let around = identities.around(first).await.unwrap();
        let model = Model::embedded().unwrap();
        let decided = identities.take(model, batch).await.unwrap();
        for (place, ((id, record), one)) in batch.iter().zip(&decided).enumerate() {
            let (person, expected) = in_memory(&mut population, *id, record);
            assert_eq!(one.person, person, "{record}");
            if place == 0 {
                assert_eq!(
                    shown(&around.known.look_up(first, None)),
                    expected,
                    "{record}"
                );
            }
        }
    }
    let persons: BTreeSet<IdentityId> = population.persons().collect();
    assert!((300..600).contains(&persons.len()), "{}", persons.len());
}

/// Leads by their labels, and some of whom more than are followed share a mailbox.
fn labelled() -> Vec<(Decided, Record)> {
    let stream = Stream::new(7, STREAM_SIZE);
    let leads = records(0..400).into_iter().zip(0..);
    let mut all: Vec<(Decided, Record)> = leads
        .map(|((id, record), number)| {
            let person = IdentityId::from_uuid(self::id(stream.person(number)));
            (Decided::of(id, person), record)
        })
        .collect();
    let persons = u64::from(FOLLOWED_MAX) + 5;
    for number in (0..persons).chain(0..3) {
        let record = Record::read(&Received {
            full_name: Some(&format!("Nora F{number}")),
            emails: vec!["office@mill.lv"],
            ..Received::default()
        });
        let id = RecordId(self::id(1_000 + u64::try_from(all.len()).unwrap()));
        let first = all.iter().find(|(_, known)| *known == record);
        let identity = first.map_or(IdentityId::from_uuid(id.0), |(one, _)| one.identity);
        all.push((Decided::of(id, identity), record));
    }
    all
}

/// Gives a record to its person as intake does.
async fn store(identities: &Identities, decided: Decided, record: &Record) {
    let tx = identities.database.begin().await.unwrap();
    let person = BTreeSet::from([decided.identity]);
    let mut around = identity::load(&tx, &[record], &person).await.unwrap();
    let row = (decided.id, decided.identity, record.to_string());
    around
        .known
        .add(decided.identity, decided.id, record.clone());
    identity::insert_records(&tx, &[row]).await.unwrap();
    let changes = around.known.changes();
    identity::write_keys(&tx, &changes).await.unwrap();
    tx.commit().await.unwrap();
}

/// All rows, and the indexes over them.
async fn rows(identities: &Identities) -> Vec<String> {
    let all = "select k::text from identity_key k
        union all select r::text from identity_record r
        union all select indexdef from pg_indexes where schemaname = current_schema()
        order by 1";
    let rows = sqlx::query_scalar(all).fetch_all(&identities.aside);
    rows.await.unwrap()
}

#[tokio::test]
async fn what_was_loaded_is_as_what_was_stored() {
    let (loaded, stored) = (postgres().database().await, postgres().database().await);
    let mut load = Identities::load(loaded.url()).await.unwrap();
    let stored = Identities::open(stored.url()).await.unwrap();
    for (decided, record) in labelled() {
        load.add(decided, &record).await.unwrap();
        store(&stored, decided, &record).await;
    }
    let loaded = load.finish(|_, _| ()).await.unwrap().identities;
    let (loaded, stored) = (rows(&loaded).await, rows(&stored).await);
    for (one, other) in loaded.iter().zip(&stored) {
        assert_eq!(one, other);
    }
    assert_eq!(loaded.len(), stored.len());
    assert!(loaded.len() > 2_000, "{}", loaded.len());
}

#[tokio::test]
async fn a_batch_that_somebody_came_before_is_decided_again() {
    let database = postgres().database().await;
    let identities = Identities::open(database.url()).await.unwrap();
    let model = Model::embedded().unwrap();
    let (_, record) = records(0..1).pop().unwrap();
    let [one, other] = [1, 2].map(|number| [(RecordId(id(number)), record.clone())]);
    let both = tokio::join!(identities.take(model, &one), identities.take(model, &other));
    let persons = [both.0.unwrap(), both.1.unwrap()].concat();
    let persons: BTreeSet<IdentityId> = persons.iter().map(|one| one.person).collect();
    assert_eq!(persons.len(), 1);
}
