//! `tributary scan`: what would become of the records of a file, before it is imported.

mod columns;
mod json_lines;
mod report;
mod sheet;
mod source;

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, bail};
use futures::stream;
use indicatif::{ProgressBar, ProgressStyle};
use proto::intake::v1::{ScanLeadsRequest, scan_leads_response::Answer};
use tokio::sync::mpsc;

use self::{report::Report, source::Source};
use crate::{Failure, cli, output::Output, remote::Remote};

/// Records that wait to be sent.
const AHEAD: usize = 512;
/// Records in a row of a file that is not what it seems.
const UNREADABLE_MAX: usize = 1_000;
/// The largest scan takes minutes.
const PATIENCE: Duration = Duration::from_hours(1);

/// A record of the file: on its way, or why it cannot be read.
type Row = Result<(), String>;

/// What the reader of the file and the reader of the answers share.
#[derive(Default)]
struct Shared {
    /// Records without an answer, in order.
    rows: Mutex<VecDeque<Row>>,
    /// Bytes that were read.
    read: AtomicU64,
}

impl Shared {
    fn push(&self, row: Row) {
        let mut rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        rows.push_back(row);
    }

    fn pop(&self) -> Option<Row> {
        let mut rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        rows.pop_front()
    }
}

pub(crate) async fn run(command: &cli::Scan, output: &mut Output) -> Result<(), Failure> {
    let began = Instant::now();
    let source = Source::open(&command.file)?;
    let bytes = source.bytes;
    let remote = Remote::connect(&command.server).await?;
    let remote = remote.with_deadline(PATIENCE);
    let mut report = Report::open(command.out.as_deref())?;

    let shared = Arc::new(Shared::default());
    let (records, mut sent) = mpsc::channel(AHEAD);
    let reading = tokio::task::spawn_blocking({
        let shared = Arc::clone(&shared);
        move || read(source, &shared, &records)
    });
    let records = stream::poll_fn(move |context| sent.poll_recv(context));
    let answers = remote.identities().scan_leads(records).await;
    let mut answers = answers.map_err(|status| remote.said(&status))?.into_inner();

    let bar = bar(bytes)?;
    let mut summary = None;
    while let Some(answer) = answers.message().await.map_err(|it| remote.said(&it))? {
        match answer.answer {
            Some(Answer::Lead(lead)) => {
                while let Some(Err(problem)) = shared.pop() {
                    report.unreadable(&problem)?;
                }
                report.lead(&lead)?;
                bar.set_position(shared.read.load(Ordering::Relaxed));
                bar.set_message(format!("{} records", report.records()));
            }
            Some(Answer::Summary(found)) => summary = Some(found),
            None => {}
        }
    }
    bar.finish_and_clear();
    let ignored = reading.await.context("reading the file")??;
    while let Some(row) = shared.pop() {
        if let Err(problem) = row {
            report.unreadable(&problem)?;
        }
    }
    let summary = summary.context("the server ended without a summary")?;
    for line in report.finish(&summary, &ignored, began.elapsed())? {
        output.line(&line);
    }
    Ok(())
}

/// Reads the file into the channel; answers the columns of which nothing is made.
fn read(
    mut source: Source,
    shared: &Shared,
    records: &mpsc::Sender<ScanLeadsRequest>,
) -> anyhow::Result<Vec<String>> {
    let mut in_a_row = 0;
    while let Some(record) = source.next()? {
        shared.read.store(source.position(), Ordering::Relaxed);
        match record {
            Ok(lead) => {
                in_a_row = 0;
                shared.push(Ok(()));
                let request = ScanLeadsRequest { lead: Some(lead) };
                if records.blocking_send(request).is_err() {
                    // The answers say why nobody listens any more.
                    break;
                }
            }
            Err(problem) => {
                in_a_row += 1;
                if in_a_row > UNREADABLE_MAX {
                    bail!("{UNREADABLE_MAX} records in a row cannot be read: {problem}");
                }
                shared.push(Err(problem));
            }
        }
    }
    Ok(source.ignored())
}

/// On a terminal only.
fn bar(bytes: u64) -> anyhow::Result<ProgressBar> {
    let style = "{bar:40} {percent:>3} %  {msg}  {elapsed}";
    let style = ProgressStyle::with_template(style)?;
    Ok(ProgressBar::new(bytes).with_style(style))
}
