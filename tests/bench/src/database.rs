//! Decisions out of a database: how fast, and how much it takes, with a synthetic population.

mod report;

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use ids::IdentityId;
use intake::domain::identity::RecordId;
use matching::{model::Model, record::Record};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use testkit::PostgresCluster;
use uuid::Uuid;

use crate::{
    identities::{self, Decided, Identities, Size},
    synthetic::Stream,
};

pub use report::report;

/// Of the population.
const SEED: u64 = 20_260_801;
/// Decisions before those that are measured, so that what is used often is in memory.
const WARMING: u64 = 2_000;
/// Decisions that are measured.
pub const DECISIONS: u64 = 20_000;
/// Leads that are decided and stored in batches.
pub const BULK: u64 = 40_000;
/// Leads that are made up to see how fast that is.
pub const MADE: u64 = 50_000;
/// Leads of a batch.
const BATCH: u64 = 256;

/// Of a server that is set up for its data: that of a test is set up for a small one.
const SETTINGS: [(&str, &str); 3] = [
    ("shared_buffers", "1GB"),
    ("max_wal_size", "4GB"),
    ("wal_compression", "lz4"),
];

/// What was measured.
#[derive(Debug)]
pub struct Figures {
    /// Leads of the population.
    pub size: u64,
    /// Persons of the population.
    pub persons: u32,
    /// Rows of keys.
    pub keys: u64,
    /// Different words of names.
    pub words: u64,
    /// What making up [`MADE`] leads took, without anything else.
    pub making: Duration,
    /// What making and loading the population took.
    pub loading: Duration,
    /// Of the tables, before anything was added to the population.
    pub sizes: Vec<Size>,
    /// What each decision took: normalising, looking up, scoring, explaining.
    pub decisions: Vec<Duration>,
    /// What deciding and storing [`BULK`] leads for good took.
    pub bulk: Duration,
    /// Of the leads decided in bulk whose person was known: those that were given to that person.
    pub found: u64,
    /// Of the leads decided in bulk: those whose person was known.
    pub known: u64,
    /// Of the leads decided in bulk: those that were given to somebody else.
    pub wrong: u64,
}

impl Figures {
    /// Bytes of all tables with their indexes.
    pub fn bytes(&self) -> u64 {
        self.sizes.iter().map(|size| size.rows + size.indexes).sum()
    }

    /// Leads a second, in bulk.
    pub fn bulk_rate(&self) -> f64 {
        rate(BULK, self.bulk)
    }

    /// Leads a second that are made up.
    pub fn making_rate(&self) -> f64 {
        rate(MADE, self.making)
    }
}

/// Sets up a cluster of the caller's own, which starts again for it.
pub async fn set_up(cluster: &PostgresCluster) -> Result<()> {
    let mut session = PgConnection::connect(cluster.url()).await?;
    for (name, value) in SETTINGS {
        let set = AssertSqlSafe(format!("alter system set {name} = '{value}'"));
        sqlx::raw_sql(set).execute(&mut session).await?;
    }
    session.close().await?;
    cluster.crash();
    cluster.restart();
    Ok(())
}

fn rate(count: u64, took: Duration) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX)) / took.as_secs_f64()
}

/// Loads a population of that many leads into an empty database and measures; `progress` is told
/// what is being done, and how far it has come of how much.
pub async fn measure(
    model: &Model,
    url: &str,
    size: u64,
    mut progress: impl FnMut(&'static str, u64, u64),
) -> Result<Figures> {
    let stream = Stream::new(SEED, size);
    let begun = Instant::now();
    for number in 0..MADE {
        std::hint::black_box(stream.lead(number));
    }
    let making = begun.elapsed();
    let begun = Instant::now();
    let mut load = Identities::load(url).await?;
    for number in 0..size {
        let record = stream.lead(number).record();
        load.add(labelled(&stream, number), &record).await?;
        progress("loading", number, size);
    }
    let parts = |part: usize, parts: usize| {
        let as_number = |count| u64::try_from(count).unwrap_or(0);
        progress("keys", as_number(part), as_number(parts));
    };
    let loaded = load.finish(parts).await?;
    let loading = begun.elapsed();
    let identities = &loaded.identities;
    let sizes = identities.sizes().await?;
    let mut decisions = Vec::new();
    for number in size..size + WARMING + DECISIONS {
        let took = decide_one(model, identities, &stream, number).await?;
        if number >= size + WARMING {
            decisions.push(took);
        }
        progress("deciding", number - size, WARMING + DECISIONS);
    }
    let mut figures = Figures {
        size,
        persons: loaded.persons,
        keys: loaded.keys,
        words: loaded.words,
        making,
        loading,
        sizes,
        decisions,
        bulk: Duration::ZERO,
        found: 0,
        known: 0,
        wrong: 0,
    };
    bulk(model, identities, &stream, &mut figures, progress).await?;
    Ok(figures)
}

/// The lead under the person it is from by its label.
fn labelled(stream: &Stream, number: u64) -> Decided {
    let person = IdentityId::from_uuid(id(stream.person(number)));
    Decided::of(RecordId(id(number)), person)
}

async fn decide_one(
    model: &Model,
    identities: &Identities,
    stream: &Stream,
    number: u64,
) -> Result<Duration> {
    let lead = stream.lead(number);
    let started = Instant::now();
    let record = lead.record();
    let around = identities.around(&record).await?;
    let decision = identities::decide(model, &around.known, &record);
    let took = started.elapsed();
    anyhow::ensure!(decision.stored.is_object(), "explained, with its case");
    Ok(took)
}

/// Decides about leads in batches and stores each batch before the next one is looked at.
async fn bulk(
    model: &Model,
    identities: &Identities,
    stream: &Stream,
    figures: &mut Figures,
    mut progress: impl FnMut(&'static str, u64, u64),
) -> Result<()> {
    let first = figures.size + WARMING + DECISIONS;
    for batch in 0..BULK.div_ceil(BATCH) {
        let from = first + batch * BATCH;
        let numbers = from..(from + BATCH).min(first + BULK);
        let leads: Vec<_> = numbers.clone().map(|number| stream.lead(number)).collect();
        let started = Instant::now();
        let records: Vec<(RecordId, Record)> = numbers
            .clone()
            .zip(&leads)
            .map(|(number, lead)| (RecordId(id(number)), lead.record()))
            .collect();
        let decided = identities.take(model, &records).await?;
        figures.bulk += started.elapsed();
        for (number, one) in numbers.clone().zip(&decided) {
            let person = stream.person(number);
            // Persons that came after the population are known by what was decided of them.
            let is_known = person < figures.size;
            figures.known += u64::from(is_known);
            let is_found = one.person.uuid() == id(person);
            figures.found += u64::from(is_known && is_found);
            figures.wrong += u64::from(is_known && !is_found && !one.is_new());
        }
        progress("in bulk", numbers.end - first, BULK);
    }
    Ok(())
}

/// As of ids by time, the first half grows with the time; the second half is anything.
fn id(number: u64) -> Uuid {
    const ANYTHING: u64 = 0x9e37_79b9_7f4a_7c15;
    Uuid::from_u64_pair(number << 16, number.wrapping_add(1).wrapping_mul(ANYTHING))
}

/// The most memory that this process has held, in bytes.
pub fn resident_peak() -> Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status").context("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next());
    let kilobytes: u64 = kilobytes.context("VmHWM is told")?.parse()?;
    Ok(kilobytes * 1024)
}
