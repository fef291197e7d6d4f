//! The tables find what a population in memory finds.

use matching::{decide::Verdict, model::Model, population::Population};
use testkit::postgres;

use super::*;
use crate::synthetic::Stream;

const STREAM_SIZE: u64 = 1_000;

fn id(number: u64) -> Uuid {
    Uuid::from_u64_pair(number + 1, 7)
}

fn records(numbers: std::ops::Range<u64>) -> Vec<(Uuid, Record)> {
    let stream = Stream::new(7, STREAM_SIZE);
    numbers
        .map(|number| (id(number), stream.lead(number).record()))
        .collect()
}

async fn empty(url: &str) -> Identities {
    let load = Identities::load(url).await.unwrap();
    load.finish(|_, _| ()).await.unwrap().identities
}

/// What a population in memory finds, and what it decides.
fn in_memory(population: &mut Population<Uuid>, id: Uuid, record: &Record) -> (Uuid, Found) {
    let found = population.look_up(record);
    let found = Found {
        counts: found.counts,
        persons: found
            .candidates
            .iter()
            .map(|candidate| {
                let records = candidate.records.iter().copied().cloned();
                (candidate.person, records.collect())
            })
            .collect(),
    };
    let model = Model::embedded().unwrap();
    let person = match population.decide(model, record).verdict {
        Verdict::Same { person, merges } => {
            for merged in merges {
                population.merge(person, merged);
            }
            person
        }
        _ => id,
    };
    population.add(person, record.clone());
    (person, found)
}

#[tokio::test]
async fn batches_are_decided_as_one_after_the_other_in_memory() {
    let database = postgres().database().await;
    let identities = empty(database.url()).await;
    let mut population = Population::new();
    for batch in records(0..STREAM_SIZE).chunks(90) {
        // The first of a batch has nothing before it but what is stored.
        let (_, first) = batch.first().unwrap();
        let found = identities.look_up(&[first]).await.unwrap();
        let model = Model::embedded().unwrap();
        let decided = decide(model, &identities, batch.to_vec()).await.unwrap();
        identities.store(&decided).await.unwrap();
        for (place, one) in decided.iter().enumerate() {
            let (person, expected) = in_memory(&mut population, one.id, &one.record);
            assert_eq!(one.person, person, "{}", one.record);
            if place == 0 {
                assert_eq!(found, [expected], "{}", one.record);
            }
        }
    }
    let persons: BTreeSet<Uuid> = population.persons().collect();
    assert!((300..600).contains(&persons.len()), "{}", persons.len());
}

#[tokio::test]
async fn what_was_loaded_is_found_as_what_was_stored() {
    let (loaded, stored) = (postgres().database().await, postgres().database().await);
    let stream = Stream::new(7, STREAM_SIZE);
    let known: Vec<Decided> = records(0..400)
        .into_iter()
        .zip(0..)
        .map(|((id, record), number)| Decided {
            id,
            person: self::id(stream.person(number)),
            is_new: stream.person(number) == number,
            merges: Vec::new(),
            record,
        })
        .collect();
    let mut load = Identities::load(loaded.url()).await.unwrap();
    for one in &known {
        load.add(one).await.unwrap();
    }
    let loaded = load.finish(|_, _| ()).await.unwrap().identities;
    let stored = empty(stored.url()).await;
    for batch in known.chunks(1) {
        stored.store(batch).await.unwrap();
    }
    let later = records(400..500);
    let later: Vec<&Record> = later.iter().map(|(_, record)| record).collect();
    let found = loaded.look_up(&later).await.unwrap();
    assert_eq!(found, stored.look_up(&later).await.unwrap());
    assert!(found.iter().any(|found| found.persons.len() > 1));
}
