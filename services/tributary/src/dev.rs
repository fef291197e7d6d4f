//! `tributary dev`: every service in one process.

pub(crate) mod folder;
pub(crate) mod port_owner;
mod welcome;

use std::{path::Path, time::Instant};

use anyhow::Context;
use clock::{Clock, Hands};
use service::{Running, Settings, Signals, Stopped, settings::Environment};

use crate::{
    Failure,
    cli::{self, Sources},
    demo,
    dev::folder::Folder,
    first_run,
    output::Output,
    services::{self, PUBLIC},
    setup,
};

/// Of the API and the pages; probes and metrics are on the next one.
const PORT: u16 = 7400;

pub(crate) async fn run(
    sources: &Sources,
    options: cli::Dev,
    began: Instant,
    output: &mut Output,
) -> Result<(), Failure> {
    let folder = if options.ephemeral {
        Folder::ephemeral()
    } else {
        Folder::lock(&sources.data)
    }?;
    let settings = settings(sources, &options, folder.path())?;
    let _flushed_at_exit = telemetry::init(&settings.shared()?.telemetry)?;
    let mut plan = setup::plan(services::all(), settings.clone(), true)?;
    // The demonstration enters its past first. Until then, and after, the clock goes with the machine.
    let hands = options.demo.then(|| {
        let (clock, hands) = Clock::manual(plan.clock.now());
        hands.release();
        plan.clock = clock;
        hands
    });
    let clock = plan.clock.clone();
    let port = options.port.unwrap_or(PORT);
    let mut signals = Signals::listen().context("signals cannot be received")?;
    let started = tokio::select! {
        started = service::start(plan) => started,
        () = signals.next() => {
            output.line(&format!("Stopped while starting. {}", folder.farewell()));
            return Ok(());
        }
    };
    let running = started.map_err(|error| {
        let other = port.checked_add(100).unwrap_or(PORT);
        port_owner::explain(error, &format!("Try: tributary dev --port {other}"))
    })?;
    let gateway = running
        .channels()
        .to(PUBLIC)
        .acting_as(running.keys(), setup::identity());
    let credentials = first_run::prepare(gateway).await.context("first run")?;
    let welcome = welcome::Welcome {
        settings: &settings,
        addresses: running.addresses(),
        credentials: credentials.as_ref(),
        folder: &folder,
    };
    for line in welcome.lines() {
        output.line(&line);
    }
    output.line(&format!(
        "Ready in {:.1} s.  Ctrl-C stops.",
        began.elapsed().as_secs_f64()
    ));

    let stopped = match hands {
        Some(hands) => with_demo(running, &options, (clock, hands), signals, output).await,
        None => running.until_stopped(signals).await,
    };
    output.line("");
    if !stopped.cleanly() {
        output.line(&format!("Cut off: {}.", stopped.unfinished.join(", ")));
        output.line(&format!("Stopped. {}", folder.farewell()));
        return Err(Failure::Told);
    }
    output.line(&format!("Stopped cleanly. {}", folder.farewell()));
    Ok(())
}

/// Enters the demonstration beside all else that goes on.
async fn with_demo(
    running: Running,
    options: &cli::Dev,
    (clock, hands): (Clock, Hands),
    mut signals: Signals,
    output: &mut Output,
) -> Stopped {
    let platform = demo::Platform {
        channels: running.channels().clone(),
        keys: running.keys().clone(),
        clock,
    };
    let filled = tokio::select! {
        filled = demo::fill(platform, &hands, options.people) => Some(filled),
        () = signals.next() => None,
    };
    match filled {
        Some(Ok(summary)) => output.line(&format!("  Demo      {summary}")),
        Some(Err(error)) => {
            // Whatever is missing: people go on in the present.
            hands.release();
            output.error(&format!("demo data: {error:#}"));
        }
        // The next start enters the rest.
        None => return running.stop().await,
    }
    running.until_stopped(signals).await
}

fn settings(sources: &Sources, options: &cli::Dev, data: &Path) -> Result<Settings, Failure> {
    let key = folder::signing_key(data)?;
    let loader = folder::preset(setup::loader(), data, &key);
    let loader = setup::file(loader, sources.config.as_deref());
    let mut loader = loader.environment(&Environment::of_process());
    if options.demo {
        // Its year passes in minutes: what is looked for every few seconds else would come weeks late.
        loader = loader.flag("--demo", "contracts.timer_interval", "100ms");
    }
    if let Some(port) = options.port {
        let next = if port == 0 {
            0
        } else {
            port.checked_add(1).context("--port is too high")?
        };
        loader = loader
            .flag("--port", "listen.public", &format!("127.0.0.1:{port}"))
            .flag("--port", "listen.ops", &format!("127.0.0.1:{next}"));
    }
    Ok(loader.load()?)
}
