//! Pushes a file of leads through their own doors into running binaries, records outcomes for a
//! sample, waits until everything has followed, and prints what it measured.

#![expect(
    clippy::indexing_slicing,
    reason = "indexing JSON gives null for what is not there; nothing else is indexed"
)]
#![expect(
    clippy::cast_precision_loss,
    reason = "counts for people, far below 2^52"
)]

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    path::PathBuf,
    process::Command,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail, ensure};
use bench::{
    figures::{ms, percentile},
    pgbench,
    sender::{Answer, Parcel, PartnerStream, send},
};
use clap::{Parser, ValueEnum};
use e2e::{Client, Doors, Mode, Platform, leads};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Modes {
    Embedded,
    Cluster,
    Both,
}

/// Replays a stream of leads.
#[derive(Parser)]
struct Arguments {
    /// One JSON object per line.
    #[arg(long, default_value = "tests/data/leads.jsonl")]
    leads: PathBuf,
    /// Which platform to start.
    #[arg(long, value_enum, default_value = "both")]
    mode: Modes,
    /// Leads under way at once, and clients of the reference.
    #[arg(long, default_value_t = 256)]
    concurrency: usize,
    /// At most this many leads.
    #[arg(long, default_value_t = usize::MAX)]
    limit: usize,
    /// Outcomes recorded afterwards; half of them positive.
    #[arg(long, default_value_t = 200)]
    outcomes: usize,
    /// Where the predictions for the scorer go, `<mode>.csv` each.
    #[arg(long, default_value = "target/replay")]
    predictions: PathBuf,
    /// Scorer to run on them: `score.py LEADS PREDICTIONS`.
    #[arg(long)]
    scorer: Option<PathBuf>,
    /// Seconds of the pgbench reference; 0 for none.
    #[arg(long, default_value_t = 15)]
    reference: u64,
}

#[tokio::main]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    std::fs::create_dir_all(&arguments.predictions)?;
    let mut leads = leads::read(&arguments.leads)?;
    leads.truncate(arguments.limit);
    let modes = match arguments.mode {
        Modes::Embedded => vec![Mode::Embedded],
        Modes::Cluster => vec![Mode::Cluster],
        Modes::Both => vec![Mode::Embedded, Mode::Cluster],
    };
    for mode in modes {
        replay(mode, &leads, &arguments)
            .await
            .with_context(|| format!("{mode:?}"))?;
    }
    Ok(())
}

async fn replay(mode: Mode, leads: &[leads::Lead], arguments: &Arguments) -> Result<()> {
    say(&format!(
        "== {mode:?}: {} leads, {} at once",
        leads.len(),
        arguments.concurrency
    ));
    let mut platform = Platform::start(mode).await?;
    say(&format!(
        "ready after          {}",
        ms(platform.ready_after)
    ));
    let admin = platform.admin().await?;
    let doors = Doors::open(&admin).await?;

    // Until intake knows the staff, leads wait in the queue without an owner.
    platform.wait_caught_up(Duration::from_mins(1)).await?;
    let (answers, took) = push(&doors, leads, arguments.concurrency).await?;
    let ended = Instant::now();
    let quiet = platform.wait_caught_up(Duration::from_mins(10)).await?;
    let caught_up = quiet.saturating_duration_since(ended);
    report(&answers, took, caught_up);
    let identities = check_submissions(&admin, &answers).await?;
    check_notices(&admin, &answers).await?;
    memory(&platform)?;

    follow(&platform, &admin, &answers, arguments.outcomes).await?;
    let rows = clusters(&admin, &answers, &identities).await?;
    predictions(mode, &rows, arguments)?;
    if let (Some(postgres), true) = (&platform.postgres, arguments.reference > 0) {
        platform.processes.clear();
        let folder = platform.folder.path().to_owned();
        let (url, clients) = (postgres.url().to_owned(), arguments.concurrency);
        let seconds = arguments.reference;
        let tps =
            tokio::task::spawn_blocking(move || pgbench::run(&url, clients, seconds, &folder))
                .await??;
        let rate = leads.len() as f64 / took.as_secs_f64();
        say(&format!(
            "reference            {tps:.0} minimal intakes/s by pgbench, {clients} clients: ratio {:.2}",
            rate / tps
        ));
    }
    Ok(())
}

/// Sends all leads, begun in order, so many at once; says how long it took.
async fn push(
    doors: &Doors,
    leads: &[leads::Lead],
    concurrency: usize,
) -> Result<(Vec<Answer>, Duration)> {
    let bar = ProgressBar::new(leads.len() as u64).with_style(ProgressStyle::with_template(
        "{bar:40} {pos}/{len}  {per_sec}  {eta} left",
    )?);
    let parcels: Vec<Parcel> = leads
        .iter()
        .map(|lead| Parcel::wrap(doors, lead))
        .collect::<Result<_>>()?;
    let partner = PartnerStream::open(doors.clone());
    let begun = Instant::now();
    let mut answers: Vec<Answer> = stream::iter(parcels.into_iter().zip(leads))
        .map(|(parcel, lead)| {
            let (doors, partner, bar) = (doors.clone(), Arc::clone(&partner), bar.clone());
            async move {
                let answer = send(&doors, &partner, parcel)
                    .await
                    .with_context(|| format!("lead {}", lead.lead_id))?;
                bar.inc(1);
                anyhow::Ok(answer)
            }
        })
        // Whoever has his answer makes room for the next, whatever became of those before him.
        .buffer_unordered(concurrency)
        .try_collect()
        .await?;
    let took = begun.elapsed();
    bar.finish_and_clear();
    answers.sort_by(|one, other| one.lead.cmp(&other.lead));
    Ok((answers, took))
}

fn report(answers: &[Answer], took: Duration, caught_up: Duration) {
    let mut verdicts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    for answer in answers {
        *verdicts.entry(answer.verdict.as_str()).or_default() += 1;
        if !answer.reason.is_empty() {
            *reasons.entry(answer.reason.as_str()).or_default() += 1;
        }
    }
    let sum: usize = verdicts.values().sum();
    say(&format!(
        "verdicts             {verdicts:?} = {sum} of {} sent",
        answers.len()
    ));
    say(&format!("reasons              {reasons:?}"));
    let mut times: Vec<Duration> = answers
        .iter()
        .flat_map(|answer| answer.times.iter().copied())
        .collect();
    say(&format!(
        "rate                 {:.0} leads/s ({} requests in {:.1} s)",
        answers.len() as f64 / took.as_secs_f64(),
        times.len(),
        took.as_secs_f64()
    ));
    let (half, most) = (percentile(&mut times, 0.5), percentile(&mut times, 0.99));
    say(&format!(
        "acknowledgement      p50 {}  p99 {}",
        ms(half),
        ms(most)
    ));
    say(&format!(
        "last consumer        caught up {:.1} s after the last lead: {:.0} leads/s with all that follows",
        caught_up.as_secs_f64(),
        answers.len() as f64 / (took + caught_up).as_secs_f64()
    ));
}

/// Nothing lost, nothing doubled: what was acknowledged is there once, and nothing else is. Answers
/// whose each submission is.
async fn check_submissions(admin: &Client, answers: &[Answer]) -> Result<HashMap<String, String>> {
    let stored = admin.list("/v1/submissions", "submissions").await?;
    let mut found: HashMap<&str, usize> = HashMap::new();
    for submission in &stored {
        let id = submission["receipt"]["submissionId"]
            .as_str()
            .unwrap_or_default();
        *found.entry(id).or_default() += 1;
    }
    let sent: HashSet<&str> = answers
        .iter()
        .map(|answer| answer.submission.as_str())
        .collect();
    let lost = sent.iter().filter(|id| !found.contains_key(**id)).count();
    let doubled = found.values().filter(|count| **count > 1).count() + stored.len() - found.len();
    let strange = found.keys().filter(|id| !sent.contains(**id)).count();
    let created: HashSet<&str> = answers
        .iter()
        .filter(|answer| answer.verdict == "created")
        .map(|answer| answer.lead_id.as_str())
        .collect();
    let leads = admin.get("/v1/leads?pageSize=1").await?;
    let total = leads["total"].as_str().unwrap_or("0").parse::<usize>()?;
    say(&format!(
        "checked              {} stored, {lost} lost, {doubled} doubled, {strange} unknown; {total} leads for {} created",
        stored.len(),
        created.len()
    ));
    ensure!(
        lost == 0 && doubled == 0 && strange == 0,
        "submissions were lost or doubled"
    );
    ensure!(
        sent.len() == answers.len(),
        "two leads of the file share a submission"
    );
    ensure!(
        total == created.len(),
        "leads and `created` receipts differ"
    );
    let whose = stored.iter().filter_map(|submission| {
        let id = submission["receipt"]["submissionId"].as_str()?;
        let identity = submission["identityId"].as_str()?;
        (!identity.is_empty()).then(|| (id.to_owned(), identity.to_owned()))
    });
    Ok(whose.collect())
}

/// Each created lead with an owner has told him once.
async fn check_notices(admin: &Client, answers: &[Answer]) -> Result<()> {
    let created = answers
        .iter()
        .filter(|answer| answer.verdict == "created")
        .count();
    let queue = admin.get("/v1/leads?responsibleId=none&pageSize=1").await?;
    let queued = queue["total"].as_str().unwrap_or("0").parse::<usize>()?;
    let wanted = created - queued;
    wait_for_total(admin, "/v1/messages?purpose=new_lead", wanted).await?;
    let notices = admin
        .list("/v1/messages?purpose=new_lead", "messages")
        .await?;
    let subjects: HashSet<&str> = notices
        .iter()
        .filter_map(|notice| notice["subjectId"].as_str())
        .collect();
    say(&format!(
        "new-lead notices     {} for {created} created leads, {queued} of them in the queue",
        notices.len()
    ));
    ensure!(subjects.len() == notices.len(), "an owner was told twice");
    ensure!(notices.len() == wanted, "an owner was not told");
    Ok(())
}

fn memory(platform: &Platform) -> Result<()> {
    let mut parts = Vec::new();
    for (name, process) in &platform.processes {
        parts.push(format!(
            "{name} {:.0}",
            process.resident_kib()? as f64 / 1024.0
        ));
    }
    say(&format!("memory, MiB          {}", parts.join("  ")));
    let mut parts = Vec::new();
    for (name, process) in &platform.processes {
        parts.push(format!("{name} {:.1}", process.cpu()?.as_secs_f64()));
    }
    say(&format!("processor, s         {}", parts.join("  ")));
    Ok(())
}

/// Records outcomes for every n-th created lead and follows each to its contract or letter.
async fn follow(
    platform: &Platform,
    admin: &Client,
    answers: &[Answer],
    outcomes: usize,
) -> Result<()> {
    let created: Vec<&Answer> = answers
        .iter()
        .filter(|answer| answer.verdict == "created")
        .collect();
    let step = (created.len() / outcomes.max(1)).max(1);
    let sample: Vec<&Answer> = created.into_iter().step_by(step).take(outcomes).collect();
    let begun = Instant::now();
    let mut positive = Vec::new();
    let mut refused = 0;
    for (index, answer) in sample.iter().enumerate() {
        let path = format!("/v1/leads/{}:recordOutcome", answer.lead_id);
        if index % 2 == 0 {
            name_the_nameless(admin, &answer.lead_id).await?;
            let body = json!({
                "outcome": "OUTCOME_POSITIVE", "talk": "Wants an offer",
                "newDeal": {"title": "Replay", "amount": {"minor": "125000", "currency": "EUR"}},
            });
            admin.post(&path, &body).await?;
            positive.push(answer.lead_id.clone());
        } else {
            let body = json!({"outcome": "OUTCOME_NEGATIVE", "reason": "PRICE"});
            let card = admin.post(&path, &body).await?;
            let emails = card["lead"]["emails"].as_array().map_or(0, Vec::len);
            refused += usize::from(emails > 0);
        }
    }
    let contracts: Vec<Value> = stream::iter(positive.iter())
        .map(|lead| async move { to_contract(admin, lead).await.with_context(|| lead.clone()) })
        .buffered(8)
        .try_collect()
        .await?;
    platform.wait_caught_up(Duration::from_mins(2)).await?;
    let active = contracts
        .iter()
        .filter(|contract| contract["contract"]["state"] == "CONTRACT_STATE_ACTIVE")
        .count();
    let letters = admin
        .list("/v1/messages?purpose=farewell", "messages")
        .await?;
    let deals = admin.get("/v1/deals?pageSize=1").await?;
    say(&format!(
        "outcomes             {} recorded; {} deals, {active} active contracts, {} farewell letters in {:.1} s",
        sample.len(),
        deals["total"].as_str().unwrap_or("0"),
        letters.len(),
        begun.elapsed().as_secs_f64()
    ));
    ensure!(active == positive.len(), "a contract is missing");
    ensure!(
        deals["total"].as_str() == Some(positive.len().to_string().as_str()),
        "deals differ"
    );
    ensure!(
        letters.len() == refused,
        "{} letters for {refused} refused with address",
        letters.len()
    );
    Ok(())
}

/// Who has no name yet is asked for it in the talk.
async fn name_the_nameless(admin: &Client, lead: &str) -> Result<()> {
    let card = admin.get(&format!("/v1/leads/{lead}")).await?;
    let name = card["lead"]["name"]["full"].as_str().unwrap_or_default();
    if name.is_empty() {
        let body = json!({"fullName": "Asked In The Talk"});
        admin.patch(&format!("/v1/leads/{lead}"), &body).await?;
    }
    Ok(())
}

/// Deal won, contract sent, signed and in force.
async fn to_contract(admin: &Client, lead: &str) -> Result<Value> {
    let deal = wait_for(admin, &format!("/v1/deals?leadId={lead}"), "deals").await?;
    let deal = deal["dealId"]
        .as_str()
        .context("deal without an id")?
        .to_owned();
    admin
        .post(&format!("/v1/deals/{deal}:win"), &json!({}))
        .await?;
    let contract = wait_for(admin, &format!("/v1/contracts?dealId={deal}"), "contracts").await?;
    let contract = contract["contractId"]
        .as_str()
        .context("contract without an id")?
        .to_owned();
    admin
        .post(&format!("/v1/contracts/{contract}:send"), &json!({}))
        .await?;
    admin
        .post(&format!("/v1/contracts/{contract}:sign"), &json!({}))
        .await?;
    admin
        .post(&format!("/v1/contracts/{contract}:activate"), &json!({}))
        .await
}

/// Gives what follows by events time to arrive; what comes of it is checked afterwards.
async fn wait_for_total(admin: &Client, path: &str, wanted: usize) -> Result<()> {
    let end = Instant::now() + Duration::from_mins(1);
    let wanted = wanted.to_string();
    while admin.get(&format!("{path}&pageSize=1")).await?["total"].as_str() != Some(&wanted)
        && Instant::now() < end
    {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Ok(())
}

async fn wait_for(admin: &Client, path: &str, items: &str) -> Result<Value> {
    let end = Instant::now() + Duration::from_mins(1);
    loop {
        let page = admin.get(path).await?;
        if let Some(first) = page[items].as_array().and_then(|items| items.first()) {
            return Ok(first.clone());
        }
        if Instant::now() > end {
            bail!("nothing at {path} after a minute");
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Whose each submission is in the end: identities that are one person are one. A repeat is whose the
/// card is.
async fn clusters(
    admin: &Client,
    answers: &[Answer],
    identities: &HashMap<String, String>,
) -> Result<Vec<(String, String)>> {
    let mut heads: HashMap<String, String> = HashMap::new();
    for link in admin.list("/v1/identityLinks", "links").await? {
        let id = |field: &str| link[field].as_str().unwrap_or_default().to_owned();
        let (one, other) = (head(&heads, &id("oneId")), head(&heads, &id("otherId")));
        if one != other {
            heads.insert(one, other);
        }
    }
    let cards: HashMap<&str, &str> = answers
        .iter()
        .filter(|answer| !answer.lead_id.is_empty())
        .filter_map(|answer| {
            let identity = identities.get(&answer.submission)?;
            Some((answer.lead_id.as_str(), identity.as_str()))
        })
        .collect();
    let cluster = |answer: &Answer| {
        let own = identities.get(&answer.submission).map(String::as_str);
        let whose = own.or_else(|| cards.get(answer.lead_id.as_str()).copied());
        whose.map_or_else(|| answer.submission.clone(), |whose| head(&heads, whose))
    };
    let rows = answers.iter();
    Ok(rows.map(|it| (it.lead.clone(), cluster(it))).collect())
}

fn head(heads: &HashMap<String, String>, identity: &str) -> String {
    let mut head = identity;
    while let Some(next) = heads.get(head) {
        head = next;
    }
    head.to_owned()
}

fn predictions(mode: Mode, rows: &[(String, String)], arguments: &Arguments) -> Result<()> {
    let path = arguments
        .predictions
        .join(format!("{mode:?}.csv").to_lowercase());
    leads::write_predictions(&path, rows)?;
    say(&format!("predictions          {}", path.display()));
    if let Some(scorer) = &arguments.scorer {
        let output = Command::new("python3")
            .arg(scorer)
            .arg(&arguments.leads)
            .arg(&path)
            .output()?;
        ensure!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        say(&String::from_utf8_lossy(&output.stdout));
    }
    Ok(())
}

#[expect(clippy::print_stdout, reason = "a report for a terminal")]
fn say(line: &str) {
    println!("{line}");
}
