//! The command line as typed.

mod remote;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

pub(crate) use self::remote::{
    Analytics, Decision, Erase, Events, Explain, Rates, Replay, Reviews, ReviewsCommand, Scan,
    Server, Shown, Tail,
};

/// Tributary: every expression of interest, from any door to a contract.
///
/// Exit codes: 0 done; 1 something failed; 2 the command line or the settings are wrong.
#[derive(Debug, Parser)]
#[command(name = "tributary", version, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) sources: Sources,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Where settings come from, besides the environment.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct Sources {
    /// Settings file; `tributary config show` lists what may stand in it.
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Data folder of `tributary dev`. Without a database in the settings, the other commands
    /// work on it too.
    #[arg(
        long,
        global = true,
        value_name = "DIR",
        default_value = "./tributary-data"
    )]
    pub(crate) data: PathBuf,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Runs everything in this one process: no PostgreSQL, NATS or Docker needed.
    Dev(Dev),
    /// Runs the named services; needs migrated databases.
    Serve {
        /// Their names.
        #[arg(required = true, value_name = "SERVICE")]
        services: Vec<String>,
    },
    /// Creates the database schemas or brings them up to date.
    Migrate {
        /// Only these services; without any, all.
        #[arg(value_name = "SERVICE")]
        services: Vec<String>,
    },
    /// Checks settings, databases, broker and the ways to other services.
    Check {
        /// Only what these services need; without any, all.
        #[arg(value_name = "SERVICE")]
        services: Vec<String>,
    },
    /// The settings in force.
    #[command(subcommand)]
    Config(Config),
    /// Partners that send leads.
    #[command(subcommand)]
    Partner(Partner),
    /// Accounts of staff.
    #[command(subcommand)]
    Staff(Staff),
    /// Events that a service could not handle.
    #[command(subcommand)]
    Parked(Parked),
    /// Why a submission is whose it is, who somebody is, or why two leads are one person or are not; what came
    /// before a lead, a deal or a contract, who was told, and what followed.
    Explain(Explain),
    /// Erases a person with all records that are merged with it: names, contacts and words go, for ever; totals stay.
    Erase(Erase),
    /// The log of all events that count, read from any place.
    #[command(subcommand)]
    Events(Events),
    /// How the figures are made.
    #[command(subcommand)]
    Analytics(Analytics),
    /// Pairs that may be one person and wait for a decision.
    Reviews(Reviews),
    /// What would become of the records of a file, before it is imported; stores nothing.
    Scan(Scan),
}

#[derive(Debug, Clone, Args)]
pub(crate) struct Dev {
    /// Forgets all data at the end.
    #[arg(long, conflicts_with = "data")]
    pub(crate) ephemeral: bool,
    /// Enters invented data to look at; what an earlier start entered is not entered again.
    #[arg(long)]
    pub(crate) demo: bool,
    /// How many people the invented year is about; about a minute for each thousand.
    #[arg(long, value_name = "N", requires = "demo", default_value_t = 2_000, value_parser = clap::value_parser!(u32).range(1..=20_000))]
    pub(crate) people: u32,
    /// Port of API and pages; probes and metrics are on the next one. 0 picks free ports.
    #[arg(long, value_name = "N")]
    pub(crate) port: Option<u16>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Config {
    /// Prints every setting with its value and where that came from. Secrets are masked.
    Show,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Partner {
    /// Records a partner and makes an API key, which is printed once.
    Create {
        /// Name as shown; must be new.
        name: String,
        /// Makes a test key: what comes with it is checked but makes no lead.
        #[arg(long)]
        test: bool,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Staff {
    /// Opens an account, also the first one of an installation.
    Create {
        /// Name as shown.
        name: String,
        /// Address, also the name to sign in with.
        #[arg(long)]
        email: String,
        /// What the account may do; may be given several times.
        #[arg(long = "role", required = true, value_name = "ROLE")]
        roles: Vec<String>,
        /// Language of notices: en, ru, hu or lv.
        #[arg(long, default_value = "en")]
        locale: String,
        /// File whose first line is the password; `-` reads it from standard input. Without it one
        /// is made and printed once.
        #[arg(long, value_name = "FILE")]
        password_file: Option<PathBuf>,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Parked {
    /// Lists parked events, newest first.
    List(Of),
    /// Prints one with its last error and its content.
    Show {
        /// Its number in the list.
        id: String,
        #[command(flatten)]
        of: Of,
    },
    /// Hands one, or all, to the service again.
    Retry {
        /// Its number in the list, or `all`.
        id: String,
        #[command(flatten)]
        of: Of,
    },
}

#[derive(Debug, Clone, Args)]
pub(crate) struct Of {
    /// Only those of this service.
    #[arg(long, value_name = "SERVICE")]
    pub(crate) service: Option<String>,
}
