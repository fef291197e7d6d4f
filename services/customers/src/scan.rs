//! The scan for duplicates: every person is compared with all who were recorded before, in the
//! background. What is found waits for a decision, but for what the caller let it merge by itself.
//!
//! What is known of the persons is kept in memory while it runs, about a kilobyte each. A scan
//! whose process ended begins anew in another one: pairs that are written already stay as they are.

use std::sync::Arc;
use std::time::Duration;

use clock::Timestamp;
use ids::{MergeId, PersonId};
use matching::{
    decide::Verdict,
    explain::{self, Explanation},
    model::Model,
    population::Population,
    record::{Received, Record},
};
use messaging::Tx;
use tokio_util::sync::CancellationToken;

use crate::{
    app::{
        App,
        merge_persons::{agree, connect},
    },
    domain::{
        duplicate::{Duplicate, Pair, State},
        merge::Merge,
        person::Person,
        scan::{self, Bulk, Scan},
    },
    error::Error,
    store::{
        duplicates,
        merges::{self, Supposed},
        persons, scans,
    },
};

/// How often it is looked whether a scan is wanted.
const INTERVAL: Duration = Duration::from_secs(1);
/// Persons between two looks at the clock and the database: some milliseconds of comparing.
const STEP: u64 = 100;

/// Looks for scans to be done until the process ends.
pub async fn run(app: Arc<App>, shutdown: CancellationToken) -> Result<(), Error> {
    let mut ticks = tokio::time::interval(INTERVAL);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = shutdown.cancelled() => return Ok(()),
            _ = ticks.tick() => work(&app, &shutdown).await?,
        }
    }
}

/// Does the scan that is wanted, if one is and nobody is at it.
pub async fn work(app: &App, shutdown: &CancellationToken) -> Result<(), Error> {
    let done = match take(app).await {
        Ok(Some(scan)) => search(app, scan, shutdown).await,
        Ok(None) => Ok(()),
        Err(error) => Err(error),
    };
    match done {
        // Another process has it.
        Err(Error::Database(database::Error::Conflict(_))) => Ok(()),
        other => other,
    }
}

async fn take(app: &App) -> Result<Option<Scan>, Error> {
    let reader = app.outbox.database().reader();
    let mut scan = scans::find(reader).await?;
    if scan.state != scan::State::Running {
        return Ok(None);
    }
    let seen = scan.revision;
    if !scan.take(persons::count(reader).await?, app.clock.now()) {
        return Ok(None);
    }
    let tx = app.outbox.begin().await?;
    scans::save(&tx, &scan, seen).await?;
    tx.commit().await?;
    Ok(Some(scan))
}

async fn search(app: &App, mut scan: Scan, shutdown: &CancellationToken) -> Result<(), Error> {
    let model = Model::embedded()?;
    let mut known = Population::new();
    let mut supposed = Supposed::default();
    let mut after = None;
    while !shutdown.is_cancelled() {
        let reader = app.outbox.database().reader();
        let step = persons::after(reader, after, STEP).await?;
        let Some(last) = step.last() else {
            return end(app, scan).await;
        };
        after = Some(last.id);
        let found = step.iter().flat_map(|it| likely(model, &mut known, it));
        let found: Vec<_> = found.collect();
        advance(app, &mut scan, &mut supposed, step.len(), found).await?;
    }
    Ok(())
}

/// Those known whom this person may be, each with the reasons. The person is known from now on.
fn likely(
    model: &Model,
    known: &mut Population<PersonId>,
    person: &Person,
) -> Vec<(Pair, Explanation<()>)> {
    let record = record(person);
    let others = match known.decide(model, &record).verdict {
        Verdict::Same { person, merges } => [vec![person], merges].concat(),
        Verdict::Review { persons } => persons,
        Verdict::New | Verdict::Unidentified => Vec::new(),
    };
    let counts = known.look_up(&record).counts;
    let why = |other: PersonId| {
        let place = known.places(other).first()?;
        let why = explain::why(model, &record, known.record(*place)?, &counts);
        Some((Pair::new(person.id, other), why))
    };
    let found = others.into_iter().filter_map(why).collect();
    known.add(person.id, record);
    found
}

fn record(person: &Person) -> Record {
    let details = &person.details;
    let text = |text: &'_ String| Some(text.clone()).filter(|text| !text.is_empty());
    let (organisation, locale) = (text(&person.organisation_name), text(&details.locale));
    Record::read(&Received {
        full_name: Some(&details.full_name),
        given_name: Some(&details.given_name),
        family_name: Some(&details.family_name),
        organisation: organisation.as_deref(),
        emails: details.emails.iter().map(String::as_str).collect(),
        phones: details.phones.iter().map(String::as_str).collect(),
        locale: locale.as_deref(),
        day: i32::try_from(person.recorded_at.timestamp().div_euclid(86_400)).ok(),
        ..Received::default()
    })
}

async fn advance(
    app: &App,
    scan: &mut Scan,
    supposed: &mut Supposed,
    scanned: usize,
    found: Vec<(Pair, Explanation<()>)>,
) -> Result<(), Error> {
    let (now, seen) = (app.clock.now(), scan.revision);
    let tx = app.outbox.begin().await?;
    let undecided = merges::undecided(&*tx, found.iter().map(|(pair, _)| *pair)).await?;
    let (mut new, mut merged) = (Vec::new(), 0);
    for (pair, why) in found {
        if !undecided.contains(&pair) {
            continue;
        }
        let probability_ppm = i64::from(why.probability_ppm);
        let mut duplicate = Duplicate {
            pair,
            state: State::Open,
            place: Duplicate::first_place(probability_ppm),
            probability_ppm,
            rules: why.rules.clone(),
            found_at: now,
            decided_by: None,
            decided_at: None,
        };
        let bulk = scan.bulk.filter(|bulk| {
            let barred = why.scores.iter().any(|score| score.bar.is_some());
            !barred && probability_ppm >= bulk.from_ppm
        });
        if let Some(bulk) = bulk
            && merge(&tx, bulk, supposed, &duplicate, now).await?
        {
            merged += 1;
            if bulk.batch.is_some() {
                duplicate.merged_by_scan(now);
                duplicates::close(&tx, &duplicate).await?;
            }
        }
        new.push((duplicate, serde_json::to_value(why).unwrap_or_default()));
    }
    let written = duplicates::insert_new(&tx, &new).await?;
    let count = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    scan.advance(count(scanned as u64), count(written), merged, now);
    scans::save(&tx, scan, seen).await?;
    tx.commit().await?;
    Ok(())
}

/// Merges a pair, or supposes it merged on a dry run; `false` if somebody decided on it, or on
/// others that would become one by it.
async fn merge(
    tx: &Tx,
    bulk: Bulk,
    supposed: &mut Supposed,
    found: &Duplicate,
    now: Timestamp,
) -> Result<bool, Error> {
    let decided = duplicates::find(&**tx, found.pair).await?;
    if decided.is_some_and(|known| known.state != State::Open) {
        return Ok(false);
    }
    let merge = Merge {
        id: MergeId::generate(),
        revision: merges::take_turn(tx).await?,
        kept: found.pair.one,
        joined: found.pair.other,
        note: format!("found by a scan, {} millionths", found.probability_ppm),
        by: None,
        batch: bulk.batch,
        at: now,
        split: None,
    };
    let done = match bulk.batch {
        Some(_) => connect(tx, &merge, false).await,
        None => agree(tx, &merge, false, supposed).await,
    };
    match done {
        Ok(_) => {
            if bulk.batch.is_none() {
                supposed.add(&merge);
            }
            Ok(true)
        }
        Err(Error::CannotMerge(_)) => Ok(false),
        Err(error) => Err(error),
    }
}

async fn end(app: &App, mut scan: Scan) -> Result<(), Error> {
    let seen = scan.revision;
    scan.end(app.clock.now());
    let tx = app.outbox.begin().await?;
    scans::save(&tx, &scan, seen).await?;
    tx.commit().await?;
    Ok(())
}
