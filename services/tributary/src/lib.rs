#![doc = include_str!("../README.md")]

mod analytics;
mod check;
mod cli;
mod config;
mod demo;
mod dev;
mod erase;
mod events;
mod explain;
mod first_run;
mod migrate;
mod output;
mod parked;
mod partner;
mod print;
mod remote;
mod reviews;
mod scan;
mod serve;
mod services;
mod setup;
mod staff;

use std::{
    process::ExitCode,
    time::{Duration, Instant},
};

use clap::Parser;
use service::StartError;

use crate::{
    cli::{Cli, Command},
    output::Output,
};

pub use crate::services::all as services;

/// Blocking work that outlives the end of everything else gets this long.
const LAST_BREATH: Duration = Duration::from_secs(1);

/// Something failed; the reason has been printed.
const FAILED: u8 = 1;
/// The command line or the settings are wrong; clap ends with the same.
const WRONG_USE: u8 = 2;

/// How a command failed.
enum Failure {
    /// A check or a start failed.
    Failed(anyhow::Error),
    /// The command line or the settings are wrong.
    WrongUse(anyhow::Error),
    /// What there is to say has been printed.
    Told,
}

impl<E: Into<anyhow::Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        let error = error.into();
        if error.chain().any(is_about_settings) {
            Self::WrongUse(error)
        } else {
            Self::Failed(error)
        }
    }
}

/// A start that failed for its settings, in whatever it is wrapped.
fn is_about_settings(cause: &(dyn std::error::Error + 'static)) -> bool {
    let start = cause.downcast_ref::<StartError>();
    let start = start.or_else(|| cause.downcast_ref::<Box<StartError>>().map(|it| &**it));
    matches!(start, Some(StartError::Settings(_))) || cause.is::<service::settings::Error>()
}

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    let began = Instant::now();
    let cli = Cli::parse();
    let mut output = Output::of_process();
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            output.error(&format!("cannot start: {error}"));
            return ExitCode::from(FAILED);
        }
    };
    let ended = runtime.block_on(run(cli, began, &mut output));
    runtime.shutdown_timeout(LAST_BREATH);
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Told) => ExitCode::from(FAILED),
        Err(Failure::Failed(error)) => {
            output.error(&format!("{error:#}"));
            ExitCode::from(FAILED)
        }
        Err(Failure::WrongUse(error)) => {
            output.error(&format!("{error:#}"));
            ExitCode::from(WRONG_USE)
        }
    }
}

async fn run(cli: Cli, began: Instant, output: &mut Output) -> Result<(), Failure> {
    let sources = cli.sources;
    match cli.command {
        Command::Dev(options) => dev::run(&sources, options, began, output).await,
        Command::Serve { services } => serve::run(&sources, &services).await,
        Command::Migrate { services } => migrate::run(&sources, &services, output).await,
        Command::Check { services } => check::run(&sources, &services, output).await,
        Command::Config(command) => config::run(&sources, &command, output),
        Command::Partner(command) => partner::run(&sources, command, output).await,
        Command::Staff(command) => staff::run(&sources, command, output).await,
        Command::Parked(command) => parked::run(&sources, command, output).await,
        Command::Explain(command) => explain::run(&command, output).await,
        Command::Erase(command) => erase::run(&command, output).await,
        Command::Events(command) => events::run(&command, output).await,
        Command::Analytics(command) => analytics::run(&command, output).await,
        Command::Reviews(command) => reviews::run(&command, output).await,
        Command::Scan(command) => scan::run(&command, output).await,
    }
}
