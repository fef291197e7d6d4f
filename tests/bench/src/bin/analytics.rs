//! Measures analytics: events a second into a database of its own, its reports, a rebuild, and the time from an
//! event to its figures.

use std::sync::Arc;
use std::time::{Duration, Instant};

use analytics::app::App;
use analytics::store::{generations, log};
use analytics::{builder, projector};
use anyhow::{Context as _, Result, ensure};
use bench::facts::{self, Place};
use bench::figures::{ms, percentile};
use bench::reports;
use clap::Parser;
use clock::Clock;
use database::Database;
use indicatif::{ProgressBar, ProgressStyle};
use messaging::Outbox;
use service::settings::Section;
use testkit::{PostgresCluster, Storage};
use tokio_util::sync::CancellationToken;

/// Facts appended with one transaction.
const CHUNK: usize = 5_000;

/// Events while the latency is measured: so many, one each 10 ms.
const PACED: usize = 2_000;
const PACE: Duration = Duration::from_millis(10);

/// Measures the projector and the reports of analytics.
#[derive(Parser)]
struct Arguments {
    /// Leads, each with about eight events.
    #[arg(long, default_value_t = 100_000)]
    leads: u32,
    /// Facts that the projector takes in with one transaction.
    #[arg(long)]
    batch: Option<u64>,
    /// On SQLite instead of a PostgreSQL of its own.
    #[arg(long)]
    sqlite: bool,
    /// In that database of PostgreSQL, which is empty or was filled by this; it stays.
    #[arg(long)]
    url: Option<String>,
    /// That database is filled, with so many leads: it is rebuilt, its reports are asked for, and events follow.
    #[arg(long, requires = "url")]
    filled: bool,
    /// Without the rebuild.
    #[arg(long)]
    no_rebuild: bool,
    /// Calls of each report.
    #[arg(long, default_value_t = 50)]
    calls: u32,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(measure(&arguments))
}

/// What is to live as long as the database.
enum Home {
    Sqlite(Storage),
    Postgres(PostgresCluster),
    Theirs(String),
}

impl Home {
    async fn of(arguments: &Arguments) -> Result<Self> {
        if arguments.sqlite {
            return Ok(Self::Sqlite(Storage::sqlite()));
        }
        if let Some(url) = &arguments.url {
            return Ok(Self::Theirs(url.clone()));
        }
        let cluster = PostgresCluster::start();
        bench::database::set_up(&cluster).await?;
        Ok(Self::Postgres(cluster))
    }

    fn url(&self) -> String {
        match self {
            Self::Sqlite(storage) => storage.url(),
            Self::Postgres(cluster) => cluster.url().to_owned(),
            Self::Theirs(url) => url.clone(),
        }
    }
}

async fn measure(arguments: &Arguments) -> Result<()> {
    let home = Home::of(arguments).await?;
    let definition = analytics::definition();
    let settings = database::Settings {
        url: home.url(),
        max_connections: 8,
        acquire_timeout: Duration::from_secs(30),
    };
    let database = Database::connect(&settings, definition.name).await?;
    database.migrate(&service::migrations(&definition)).await?;
    let settings = Section::of_defaults(definition.name, definition.settings)?;
    let mut settings: analytics::settings::Settings = settings.parse()?;
    settings.batch_facts = arguments.batch.unwrap_or(settings.batch_facts);
    let outbox = Outbox::new(database, "analytics");
    let app = Arc::new(App::new(outbox, Clock::system(), settings));
    projector::ensure_living(&app).await?;
    let places = facts::places(arguments.leads);
    let (backlog, paced) = places.split_at(places.len().saturating_sub(PACED));
    if arguments.filled {
        if !arguments.no_rebuild {
            let head = log::head(app.database().reader()).await?;
            rebuild(&app, usize::try_from(head)?).await?;
        }
        ask(&app, arguments.calls).await?;
        return latency(&app, paced).await;
    }
    say(&format!(
        "{:?}: {} leads, {} events, batches of {}; load before {}",
        app.database().backend(),
        arguments.leads,
        backlog.len(),
        app.settings.batch_facts,
        load()
    ));
    append(&app, backlog).await?;
    project(&app, backlog.len()).await?;
    ask(&app, arguments.calls).await?;
    if !arguments.no_rebuild {
        rebuild(&app, backlog.len()).await?;
    }
    latency(&app, paced).await
}

/// Each report and list of records, next to what the database takes for the least of all questions.
async fn ask(app: &Arc<App>, calls: u32) -> Result<()> {
    say(&format!(
        "{:<30} {:>12} {:>12}   ({calls} calls each, load {})",
        "reports",
        "p50",
        "p99",
        load()
    ));
    reports::measure(app, calls, |mut it| {
        say(&format!(
            "{:<30} {:>12} {:>12}",
            it.name,
            ms(percentile(&mut it.times, 0.5)),
            ms(percentile(&mut it.times, 0.99))
        ));
    })
    .await
}

/// How busy the machine has been for the last minute.
fn load() -> String {
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    load.split(' ').next().unwrap_or_default().to_owned()
}

/// The reference: as many rows into the log, many to a statement.
async fn append(app: &App, places: &[Place]) -> Result<()> {
    let tx = app.outbox.begin().await?;
    log::append(&*tx, facts::budget::entries()?, app.clock.now()).await?;
    tx.commit().await?;
    let bar = progress("append", places.len());
    let mut took = Duration::ZERO;
    for chunk in places.chunks(CHUNK) {
        let entries = chunk.iter().map(|place| facts::entry(*place));
        let entries = entries.collect::<Result<Vec<_>>>()?;
        let begun = Instant::now();
        let tx = app.outbox.begin().await?;
        log::append(&*tx, entries, app.clock.now()).await?;
        tx.commit().await?;
        took += begun.elapsed();
        bar.inc(u64::try_from(chunk.len())?);
    }
    bar.finish_and_clear();
    say(&format!(
        "log, multi-row inserts    {}",
        rate(places.len(), took)
    ));
    Ok(())
}

async fn project(app: &Arc<App>, count: usize) -> Result<()> {
    let bar = progress("project", count);
    let head = log::head(app.database().reader()).await?;
    let begun = Instant::now();
    let tenth = head / 10 * 9;
    let mut last_tenth = None;
    loop {
        let living = generations::living(app.database().reader()).await?;
        let living = living.context("there are figures")?;
        bar.set_position(u64::try_from(living.position)?);
        if living.position >= tenth && last_tenth.is_none() {
            last_tenth = Some((living.position, Instant::now()));
        }
        if living.position >= head {
            break;
        }
        projector::turn(app).await?;
    }
    bar.finish_and_clear();
    say(&format!(
        "projector                 {}, load {}",
        rate(count, begun.elapsed()),
        load()
    ));
    if let Some((position, since)) = last_tenth {
        let count = usize::try_from(head - position)?;
        say(&format!(
            "  of it the last tenth    {}",
            rate(count, since.elapsed())
        ));
    }
    Ok(())
}

async fn rebuild(app: &Arc<App>, count: usize) -> Result<()> {
    let bar = progress("rebuild", count);
    let begun = Instant::now();
    let number = builder::begin(app, generations::State::Building).await?;
    loop {
        let own = generations::get(app.database().reader(), number).await?;
        let Some(own) = own.filter(|it| it.state == generations::State::Building) else {
            break;
        };
        bar.set_position(u64::try_from(own.position)?);
        builder::turn(app).await?;
    }
    bar.finish_and_clear();
    say(&format!(
        "rebuild                   {}, load {}",
        rate(count, begun.elapsed()),
        load()
    ));
    let begun = Instant::now();
    while builder::turn(app).await? {}
    say(&format!(
        "  the old one deleted in  {:.1} s",
        begun.elapsed().as_secs_f64()
    ));
    Ok(())
}

/// From the commit of an event to the figures that hold it, at a hundred events a second.
async fn latency(app: &Arc<App>, places: &[Place]) -> Result<()> {
    let shutdown = CancellationToken::new();
    let bar = progress("latency", places.len());
    let feed = async {
        let mut times = Vec::with_capacity(places.len());
        let mut waiting: Vec<(i64, Instant)> = Vec::new();
        let mut ticks = tokio::time::interval(PACE);
        let mut places = places.iter();
        loop {
            ticks.tick().await;
            let next = places.next();
            if let Some(place) = next {
                let tx = app.outbox.begin().await?;
                let added = log::append(&*tx, vec![facts::entry(*place)?], app.clock.now()).await?;
                ensure!(
                    added == 1,
                    "this event is there already: the database was filled with more leads, or asked before"
                );
                app.appended.notify_one();
                tx.commit().await?;
                let head = log::head(app.database().reader()).await?;
                waiting.push((head, Instant::now()));
                bar.inc(1);
            }
            let living = generations::living(app.database().reader()).await?;
            let position = living.map_or(0, |it| it.position);
            times.extend(
                waiting
                    .extract_if(.., |(at, _)| *at <= position)
                    .map(|(_, since)| since.elapsed()),
            );
            if next.is_none() && waiting.is_empty() {
                shutdown.cancel();
                return anyhow::Ok(times);
            }
        }
    };
    let (times, ran) = tokio::join!(feed, projector::run(app.clone(), shutdown.clone()));
    ran?;
    let mut times = times?;
    bar.finish_and_clear();
    say(&format!(
        "event to figure, 100/s    median {}, p99 {}, longest {}",
        ms(percentile(&mut times, 0.5)),
        ms(percentile(&mut times, 0.99)),
        ms(percentile(&mut times, 1.0))
    ));
    Ok(())
}

fn rate(count: usize, took: Duration) -> String {
    let count = f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    let seconds = took.as_secs_f64();
    format!("{:>9.0} events/s, {seconds:.1} s", count / seconds)
}

fn progress(what: &'static str, length: usize) -> ProgressBar {
    let bar = ProgressBar::new(u64::try_from(length).unwrap_or(u64::MAX));
    let style = ProgressStyle::with_template("{msg} {bar:40} {pos}/{len}, {per_sec}, {eta} left");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.set_message(what);
    bar
}

#[expect(clippy::print_stdout, reason = "a report for a terminal")]
fn say(line: &str) {
    println!("{line}");
}
