//! `tributary analytics`: how the figures are made.

use std::{fs, path::Path, time::Duration};

use anyhow::{Context, anyhow};
use indicatif::{ProgressBar, ProgressStyle};
use proto::analytics::v1::{
    FitWeightsRequest, GenerationState, GetStatusRequest, ImportRatesRequest, ListRatesRequest,
    RebuildRequest, RebuildResponse, TableComparison,
};

use crate::{
    Failure,
    cli::{Analytics, Rates, Server},
    output::Output,
    print::{row, table, time},
    remote::Remote,
};

/// A rebuild of millions of facts takes the better part of an hour.
const PATIENCE: Duration = Duration::from_hours(12);

pub(crate) async fn run(command: &Analytics, output: &mut Output) -> Result<(), Failure> {
    match command {
        Analytics::Status { server } => status(server, output).await,
        Analytics::Rebuild { verify, server } => rebuild(server, *verify, output).await,
        Analytics::Rates(Rates::Import { file, server }) => import(server, file, output).await,
        Analytics::Rates(Rates::List {
            currency,
            limit,
            server,
        }) => list(server, currency, *limit, output).await,
        Analytics::Fit { server } => fit(server, output).await,
    }
}

async fn status(server: &Server, output: &mut Output) -> Result<(), Failure> {
    let remote = Remote::connect(server).await?;
    let status = remote.operations().get_status(GetStatusRequest {}).await;
    let status = status.map_err(|it| remote.said(&it))?.into_inner();
    let behind = format!(
        "{} of {} facts, {} s behind",
        status.position, status.head, status.lag_seconds
    );
    for line in [
        row("figures", &format!("as of {}", time(status.as_of.as_ref()))),
        row("derived", &behind),
        row("restating", &format!("{} journeys", status.stale)),
        row("currency", &status.base_currency),
    ] {
        output.line(&line);
    }
    let generations: Vec<Vec<String>> = status
        .generations
        .iter()
        .map(|it| {
            let state = GenerationState::as_str_name(&it.state());
            vec![
                it.number.to_string(),
                state.trim_start_matches("GENERATION_STATE_").to_lowercase(),
                format!("at {}", it.position),
                format!("begun {}", time(it.started_at.as_ref())),
            ]
        })
        .collect();
    for line in table(&generations, &[0]) {
        output.line(&format!("generation {line}"));
    }
    Ok(())
}

async fn rebuild(server: &Server, verify: bool, output: &mut Output) -> Result<(), Failure> {
    let remote = Remote::connect(server).await?.with_deadline(PATIENCE);
    let steps = remote.operations().rebuild(RebuildRequest { verify }).await;
    let mut steps = steps.map_err(|it| remote.said(&it))?.into_inner();
    let bar = bar()?;
    let mut last = None;
    while let Some(step) = steps.message().await.map_err(|it| remote.said(&it))? {
        bar.set_length(u64::try_from(step.head).unwrap_or_default());
        bar.set_position(u64::try_from(step.position).unwrap_or_default());
        last = Some(step);
    }
    bar.finish_and_clear();
    let last = last
        .filter(|it| it.done)
        .context("the server ended before the figures were derived; the work goes on there")?;
    if verify {
        return compared(&last, output);
    }
    output.line(&format!(
        "All figures were derived anew from {} facts: generation {}.",
        last.position, last.number
    ));
    Ok(())
}

fn compared(last: &RebuildResponse, output: &mut Output) -> Result<(), Failure> {
    let rows: Vec<Vec<String>> = last
        .tables
        .iter()
        .map(|it| {
            let same = if is_same(it) { "same" } else { "differs" };
            vec![
                it.table.clone(),
                it.living_rows.to_string(),
                it.derived_rows.to_string(),
                it.living_hash.clone(),
                same.to_owned(),
            ]
        })
        .collect();
    for line in table(&rows, &[1, 2]) {
        output.line(&line);
    }
    if last.equal {
        output.line(&format!(
            "The figures are what {} facts say.",
            last.position
        ));
        return Ok(());
    }
    for it in last.tables.iter().filter(|it| !is_same(it)) {
        for difference in &it.differences {
            output.line(&format!("{}: {difference}", it.table));
        }
    }
    Err(anyhow!("the living figures differ from what the facts say").into())
}

fn is_same(it: &TableComparison) -> bool {
    it.living_hash == it.derived_hash && it.living_rows == it.derived_rows
}

fn bar() -> anyhow::Result<ProgressBar> {
    let style = ProgressStyle::with_template(
        "{bar:32} {percent:>3} %  {human_pos} of {human_len} facts  {per_sec}  {eta} left",
    )?;
    Ok(ProgressBar::new(0).with_style(style))
}

async fn import(server: &Server, file: &Path, output: &mut Output) -> Result<(), Failure> {
    let shown = file.display();
    let csv = fs::read(file).with_context(|| format!("{shown} cannot be read"))?;
    let remote = Remote::connect(server).await?;
    let request = ImportRatesRequest { csv };
    let imported = remote.operations().import_rates(request).await;
    let imported = imported.map_err(|it| remote.said(&it))?.into_inner();
    output.line(&format!(
        "{} rates read, {} of them new; figures that rest on them are being restated.",
        imported.read, imported.recorded
    ));
    Ok(())
}

async fn list(
    server: &Server,
    currency: &str,
    limit: i32,
    output: &mut Output,
) -> Result<(), Failure> {
    let remote = Remote::connect(server).await?;
    let request = ListRatesRequest {
        currency: currency.to_owned(),
        page_size: limit,
        ..ListRatesRequest::default()
    };
    let rates = remote.operations().list_rates(request).await;
    let rates = rates.map_err(|it| remote.said(&it))?.into_inner();
    let rows: Vec<Vec<String>> = rates
        .rates
        .iter()
        .map(|it| {
            let worth = format!("{} {}", it.rate, rates.base_currency);
            vec![it.day.clone(), format!("1 {}", it.currency), worth]
        })
        .collect();
    if rows.is_empty() {
        output.line("There are no rates.");
    }
    for line in table(&rows, &[2]) {
        output.line(&line);
    }
    if !rates.next_page_token.is_empty() {
        output.note("There are more; --limit shows up to 500, --currency only those of one.");
    }
    Ok(())
}

async fn fit(server: &Server, output: &mut Output) -> Result<(), Failure> {
    let remote = Remote::connect(server).await?;
    let fitted = remote.operations().fit_weights(FitWeightsRequest {}).await;
    let fitted = fitted.map_err(|it| remote.said(&it))?.into_inner();
    let weights = fitted.weights.unwrap_or_default();
    let said = if fitted.changed {
        "fitted"
    } else {
        "nothing has changed"
    };
    output.line(&format!("Version {}: {said}.", weights.version));
    let rows: Vec<Vec<String>> = weights
        .weights
        .iter()
        .map(|it| {
            vec![
                it.channel.clone(),
                format!("{:.6}", millionths(it.millionths)),
            ]
        })
        .collect();
    for line in table(&rows, &[1]) {
        output.line(&line);
    }
    Ok(())
}

fn millionths(of: i64) -> f64 {
    // Exact below 2^53, which no weight reaches.
    i32::try_from(of).map_or(f64::NAN, f64::from) / 1_000_000.0
}
