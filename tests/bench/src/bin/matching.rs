//! Runs a labelled stream of leads, and the FEBRL sets, through the matching engine in memory and
//! prints how well and how fast it decided; or measures decisions out of a database.

use std::{
    collections::{BTreeMap, HashSet},
    fmt::Write as _,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context as _, Result};
use bench::{
    database, febrl,
    figures::percentile,
    labelled::{self, Lead},
    quality::{self, Assigned, Pairs, share},
    stream::{self, Outcome},
    synthetic::Stream,
};
use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};
use matching::model::Model;
use testkit::PostgresCluster;

/// Of the made-up leads.
const SEED: u64 = 20_260_801;

/// Measures the matching engine in memory.
#[derive(Parser)]
struct Arguments {
    /// One labelled JSON object per line, as in tests/data.
    #[arg(long, default_value = "tests/data/persons.jsonl")]
    leads: PathBuf,
    /// That many made-up leads instead of a file.
    #[arg(long, conflicts_with = "leads")]
    synthetic: Option<u64>,
    /// `lead_id,tags`, for slices by tag.
    #[arg(long)]
    tags: Option<PathBuf>,
    /// Folder with `dataset3.csv`, `dataset4a.csv` and `dataset4b.csv`.
    #[arg(long)]
    febrl: Option<PathBuf>,
    /// Other rules than those of the crate.
    #[arg(long)]
    model: Option<PathBuf>,
    /// Where `predictions.csv` and `reviews.csv` for a scorer go.
    #[arg(long)]
    out: Option<PathBuf>,
    /// Decisions out of a PostgreSQL of its own instead, with made-up populations.
    #[arg(long)]
    database: bool,
    /// Leads of these populations.
    #[arg(
        long,
        value_delimiter = ',',
        default_value = "1000000",
        requires = "database"
    )]
    sizes: Vec<u64>,
    /// At most this many leads.
    #[arg(long, default_value_t = usize::MAX)]
    limit: usize,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let model = match &arguments.model {
        Some(path) => Model::parse(&std::fs::read_to_string(path)?)?,
        None => Model::embedded()?.clone(),
    };
    if arguments.database {
        return database(&model, &arguments.sizes);
    }
    let mut leads = match arguments.synthetic {
        Some(size) => {
            let stream = Stream::new(SEED, size);
            (0..size).map(|number| stream.lead(number)).collect()
        }
        None => labelled::read(&arguments.leads)?,
    };
    leads.truncate(arguments.limit);
    say(&format!("rules {}, {} leads", model.rules(), leads.len()));
    let bar = progress(leads.len());
    let mut outcome = stream::decide(&model, &leads, || bar.inc(1));
    bar.finish_and_clear();
    report(&outcome);
    speed(&mut outcome);
    slices(&leads, &outcome.leads);
    if let Some(path) = &arguments.tags {
        tags(&leads, &outcome.leads, path)?;
    }
    if let Some(folder) = &arguments.out {
        write(folder, &leads, &outcome)?;
    }
    if let Some(folder) = &arguments.febrl {
        for (name, files) in febrl::SETS {
            let pairs = Pairs::of(&febrl::decide(&model, folder, files)?);
            say(&format!("{name:<24} {}", shown(pairs)));
        }
    }
    Ok(())
}

/// Measures each size in a cluster of its own, which is gone afterwards.
fn database(model: &Model, sizes: &[u64]) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let mut first_usual = None;
    for size in sizes {
        let cluster = PostgresCluster::start();
        let bar = progress(0);
        let mut figures = runtime.block_on(async {
            database::set_up(&cluster).await?;
            let database = cluster.database().await;
            database::measure(model, database.url(), *size, |what, done, all| {
                bar.set_message(what);
                bar.set_length(all);
                bar.set_position(done);
            })
            .await
        })?;
        bar.finish_and_clear();
        drop(cluster);
        for line in database::report(&mut figures, &mut first_usual)? {
            say(&line);
        }
    }
    Ok(())
}

fn report(outcome: &Outcome) {
    let leads = &outcome.leads;
    say(&format!(
        "pairs                    {}",
        shown(Pairs::of(leads))
    ));
    let label = |place: &usize| leads.get(*place).map(|lead| lead.label);
    let is_true = |(one, other): &&(usize, usize)| label(one) == label(other);
    let shown = outcome.reviews.len();
    let truly = outcome.reviews.iter().filter(is_true).count();
    let reviewed: HashSet<usize> = outcome
        .reviews
        .iter()
        .flat_map(|(one, other)| [*one, *other])
        .collect();
    for (name, value) in [
        ("B-cubed F1", quality::b_cubed_f1(leads)),
        ("stream accuracy", quality::stream_accuracy(leads)),
        ("leads in review, share", share(reviewed.len(), leads.len())),
        ("true among shown pairs", share(truly, shown)),
    ] {
        say(&format!("{name:<24} {value:.4}"));
    }
    for (name, count) in [
        ("leads in mixed persons", quality::mixed(leads)),
        ("pairs shown", shown),
        ("merges by junk alone", outcome.junk_merges),
        ("merges by partner alone", outcome.partner_merges),
    ] {
        say(&format!("{name:<24} {count}"));
    }
}

fn speed(outcome: &mut Outcome) {
    let count = outcome.times.len().max(1);
    outcome.compared.sort_unstable();
    let most = outcome.compared.last().copied().unwrap_or(0);
    let micros = |time: Duration| format!("{:.1} µs", time.as_secs_f64() * 1e6);
    let (usual, slow) = (
        percentile(&mut outcome.times, 0.5),
        percentile(&mut outcome.times, 0.99),
    );
    let rate = f64::from(u32::try_from(count).unwrap_or(u32::MAX)) / outcome.took.as_secs_f64();
    say(&format!(
        "decision p50, p99        {}, {}",
        micros(usual),
        micros(slow)
    ));
    say(&format!("leads a second           {rate:.0}"));
    say(&format!("most persons compared    {most}"));
    say(&format!(
        "a record                 {} bytes, {:.1} keys",
        outcome.stored_bytes / count,
        share(outcome.stored_keys, count)
    ));
}

/// Quality among the leads of one language or channel: pairs inside the slice.
fn slices(leads: &[Lead], assigned: &[Assigned]) {
    let mut slices: BTreeMap<String, Vec<Assigned>> = BTreeMap::new();
    for (lead, assigned) in leads.iter().zip(assigned) {
        for name in [
            format!("locale {}", lead.locale),
            format!("channel {}", lead.channel),
        ] {
            slices.entry(name).or_default().push(*assigned);
        }
    }
    for (name, inside) in slices {
        say(&format!("{name:<24} {}", shown(Pairs::of(&inside))));
    }
}

/// Quality of the pairs with a lead of a tag at least at one end.
fn tags(leads: &[Lead], assigned: &[Assigned], path: &Path) -> Result<()> {
    let tags = labelled::read_tags(path)?;
    let names: HashSet<&String> = tags.values().flatten().collect();
    let mut names: Vec<&String> = names.into_iter().collect();
    names.sort_unstable();
    let all = Pairs::of(assigned);
    for name in names {
        let has = |lead: &Lead| {
            tags.get(&lead.lead_id)
                .is_some_and(|own| own.contains(name))
        };
        let rest: Vec<Assigned> = leads
            .iter()
            .zip(assigned)
            .filter(|(lead, _)| !has(lead))
            .map(|(_, assigned)| *assigned)
            .collect();
        let pairs = all.without(Pairs::of(&rest));
        say(&format!("tag {name:<20} {}", shown(pairs)));
    }
    Ok(())
}

fn write(folder: &Path, leads: &[Lead], outcome: &Outcome) -> Result<()> {
    let id = |place: usize| leads.get(place).map_or("", |lead| lead.lead_id.as_str());
    let mut predictions = "lead_id,cluster_id\n".to_owned();
    for (lead, assigned) in leads.iter().zip(&outcome.leads) {
        writeln!(predictions, "{},{}", lead.lead_id, assigned.person)?;
    }
    let mut reviews = "lead_id_a,lead_id_b\n".to_owned();
    for (one, other) in &outcome.reviews {
        writeln!(reviews, "{},{}", id(*one), id(*other))?;
    }
    std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    std::fs::write(folder.join("predictions.csv"), predictions)?;
    std::fs::write(folder.join("reviews.csv"), reviews)?;
    Ok(())
}

fn shown(pairs: Pairs) -> String {
    format!(
        "P {:.4}  R {:.4}  F1 {:.4}  ({} true, {} wrong, {} missed)",
        pairs.precision(),
        pairs.recall(),
        pairs.f1(),
        pairs.right,
        pairs.decided - pairs.right,
        pairs.labelled - pairs.right
    )
}

fn progress(leads: usize) -> ProgressBar {
    let bar = ProgressBar::new(u64::try_from(leads).unwrap_or(u64::MAX));
    let style = ProgressStyle::with_template("{msg} {bar:40} {pos}/{len}, {per_sec}, {eta} left");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar
}

#[expect(clippy::print_stdout, reason = "a report for a terminal")]
fn say(line: &str) {
    println!("{line}");
}
