//! Open load: leads at a fixed rate, and how long until their owner's notice is handed over.

use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use bench::figures::{ms, percentile};
use chrono::{DateTime, Utc};
use clap::Parser;
use e2e::{Doors, Mode, Platform};
use futures::{StreamExt as _, stream::FuturesUnordered};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use tokio::time::MissedTickBehavior;

/// Leads at a fixed rate on PostgreSQL and NATS.
#[derive(Parser)]
struct Arguments {
    /// Leads per second.
    #[arg(long, default_value_t = 100)]
    rate: u32,
    /// Seconds of load.
    #[arg(long, default_value_t = 30)]
    seconds: u32,
    /// Run in one embedded process instead.
    #[arg(long)]
    embedded: bool,
}

#[tokio::main]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let mode = if arguments.embedded {
        Mode::Embedded
    } else {
        Mode::Cluster
    };
    let platform = Platform::start(mode).await?;
    let admin = platform.admin().await?;
    let doors = Arc::new(Doors::open(&admin).await?);
    // The first requests pay for connections and plans, which a running service has paid.
    load(&doors, "warm", arguments.rate, arguments.rate * 2).await?;
    platform.wait_caught_up(Duration::from_mins(1)).await?;

    let count = arguments.rate * arguments.seconds;
    let mut acknowledged = load(&doors, "load", arguments.rate, count).await?;
    platform.wait_caught_up(Duration::from_mins(1)).await?;

    let leads = admin.list("/v1/leads", "leads").await?;
    let mut received: HashMap<&str, DateTime<Utc>> = HashMap::new();
    for lead in &leads {
        let at = lead["receivedAt"].as_str().context("receivedAt")?.parse()?;
        received.insert(lead["leadId"].as_str().context("leadId")?, at);
    }
    let notices = admin
        .list("/v1/messages?purpose=new_lead", "messages")
        .await?;
    let mut planned = Vec::new();
    let mut handed_over = Vec::new();
    // Newest first: the warm-up stands at the end.
    for notice in notices.iter().take(count as usize) {
        let lead = notice["subjectId"].as_str().context("subjectId")?;
        let begun = received.get(lead).context("a notice without its lead")?;
        let since = |field: &str| -> Result<Duration> {
            let at: DateTime<Utc> = notice[field].as_str().context("no time")?.parse()?;
            Ok((at - begun).to_std().unwrap_or_default())
        };
        planned.push(since("plannedAt")?);
        handed_over.push(since("handedOverAt")?);
    }
    ensure!(
        planned.len() == count as usize,
        "{} notices for {count} leads",
        planned.len()
    );
    say(&format!("{mode:?}: {count} leads at {}/s", arguments.rate));
    line("acknowledged", &mut acknowledged);
    line("notice planned", &mut planned);
    line("notice handed over", &mut handed_over);
    Ok(())
}

fn line(name: &str, times: &mut [Duration]) {
    let (half, most) = (percentile(times, 0.5), percentile(times, 0.99));
    say(&format!("{name:<20} p50 {}  p99 {}", ms(half), ms(most)));
}

/// Sends `count` forms at the rate, whether answers come or not; the times of the answers.
async fn load(doors: &Arc<Doors>, tag: &str, rate: u32, count: u32) -> Result<Vec<Duration>> {
    let bar = ProgressBar::new(count.into()).with_style(ProgressStyle::with_template(
        "{bar:40} {pos}/{len}  {eta} left",
    )?);
    let mut ticks = tokio::time::interval(Duration::from_secs(1) / rate);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let mut under_way = FuturesUnordered::new();
    let mut times = Vec::with_capacity(count as usize);
    let mut sent = 0;
    while sent < count || !under_way.is_empty() {
        tokio::select! {
            _ = ticks.tick(), if sent < count => {
                let (doors, key) = (Arc::clone(doors), format!("{tag}-{sent}"));
                sent += 1;
                under_way.push(async move {
                    let body = json!({
                        "full_name": format!("Person {key}"),
                        "email": format!("{key}@acme-demo.org"),
                    });
                    let begun = Instant::now();
                    let (status, answer) = doors.form("form-en", &key, &body).await?;
                    ensure!(status == 201, "{status}: {answer}");
                    Ok(begun.elapsed())
                });
            }
            Some(time) = under_way.next(), if !under_way.is_empty() => {
                times.push(time?);
                bar.inc(1);
            }
        }
    }
    bar.finish_and_clear();
    Ok(times)
}

#[expect(clippy::print_stdout, reason = "a report for a terminal")]
fn say(line: &str) {
    println!("{line}");
}
