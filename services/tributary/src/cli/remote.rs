//! Commands that ask a running server.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

/// Which server is asked, and as whom.
#[derive(Debug, Clone, Args)]
pub(crate) struct Server {
    /// Address of the running gateway.
    #[arg(
        long = "server",
        global = true,
        value_name = "URL",
        env = "TRIBUTARY_SERVER",
        default_value = "http://localhost:7400"
    )]
    pub(crate) url: String,
    /// Token of a sign-in; takes the place of address and password.
    #[arg(
        long,
        global = true,
        value_name = "TOKEN",
        env = "TRIBUTARY_TOKEN",
        hide_env_values = true
    )]
    pub(crate) token: Option<String>,
    /// Address of the account to sign in with.
    #[arg(
        long,
        global = true,
        value_name = "ADDRESS",
        env = "TRIBUTARY_EMAIL",
        default_value = "admin@tributary.local"
    )]
    pub(crate) email: String,
    /// Its password. Others see what is typed here in the list of processes: rather set the variable,
    /// or name a file.
    #[arg(
        long,
        global = true,
        value_name = "PASSWORD",
        env = "TRIBUTARY_PASSWORD",
        hide_env_values = true
    )]
    pub(crate) password: Option<String>,
    /// File whose first line is the password; `-` reads it from standard input.
    #[arg(long, global = true, value_name = "FILE", conflicts_with = "password")]
    pub(crate) password_file: Option<PathBuf>,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct Explain {
    /// A submission `sub_…`, a lead `lead_…`, a deal `deal_…`, a contract `cntr_…`, a person `pers_…`, an identity
    /// `idty_…`, a review `rvew_…`; or two leads.
    #[arg(required = true, num_args = 1..=2, value_name = "ID")]
    pub(crate) ids: Vec<String>,
    /// Prints what the API answers.
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) server: Server,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct Erase {
    /// Any record of the person, `pers_…`.
    #[arg(value_name = "PERSON")]
    pub(crate) id: String,
    /// Why; it is kept, so it names nobody.
    #[arg(long)]
    pub(crate) reason: String,
    /// Prints what the API answers.
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) server: Server,
}

#[derive(Debug, Clone, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Reviews {
    #[command(subcommand)]
    pub(crate) command: Option<ReviewsCommand>,
    /// Lists this many at most, the newest first.
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(i32).range(1..=500))]
    pub(crate) limit: i32,
    /// Prints what the API answers.
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) server: Server,
}

#[derive(Debug, Clone, Subcommand)]
pub(crate) enum ReviewsCommand {
    /// Decides whether a pair is one person; `tributary explain rvew_…` shows the pair.
    Decide {
        /// The review, `rvew_…`.
        id: String,
        /// What it is.
        decision: Decision,
        /// Why; kept with the decision.
        #[arg(long, default_value = "", hide_default_value = true)]
        note: String,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Decision {
    /// One person.
    Same,
    /// Two persons.
    Different,
    /// Looked at and left for later.
    Skip,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct Scan {
    /// CSV with a header, or one JSON object per line.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Writes a line per record: index, verdict, reason, lead, earlier record, probability, problem.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) server: Server,
}

#[derive(Debug, Clone, Subcommand)]
pub(crate) enum Events {
    /// Shows the latest events and goes on with those that come.
    Tail(Tail),
    /// Shows the events from a place in the log on.
    Replay(Replay),
}

/// Which events are shown, and how.
#[derive(Debug, Clone, Args)]
pub(crate) struct Shown {
    /// Only events of this kind, e.g. `LeadCreated` or `tributary.deals.v1.DealWon`; may be given several times.
    #[arg(long = "kind", value_name = "KIND")]
    pub(crate) kinds: Vec<String>,
    /// Only events of this lead, deal, contract, campaign …; an enquiry that joined a lead is kept under its submission.
    #[arg(long, value_name = "ID", default_value = "", hide_default_value = true)]
    pub(crate) subject: String,
    /// Prints one JSON object per line.
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) server: Server,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct Tail {
    /// How many of the latest events are shown first.
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(i32).range(1..=100_000))]
    pub(crate) last: i32,
    /// Ends when the latest events are shown.
    #[arg(long)]
    pub(crate) no_follow: bool,
    #[command(flatten)]
    pub(crate) shown: Shown,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct Replay {
    /// Begins after this position; without it, at the beginning of the log.
    #[arg(long, value_name = "POSITION", default_value_t = 0, value_parser = clap::value_parser!(i64).range(0..))]
    pub(crate) after: i64,
    /// Begins with what was logged at this time, e.g. `2026-08-01` or `2026-08-01T12:00:00Z`.
    #[arg(long, value_name = "TIME")]
    pub(crate) since: Option<String>,
    /// Goes on with what comes later.
    #[arg(long)]
    pub(crate) follow: bool,
    #[command(flatten)]
    pub(crate) shown: Shown,
}

#[derive(Debug, Clone, Subcommand)]
pub(crate) enum Analytics {
    /// How far the figures have come, and what is under way.
    Status {
        #[command(flatten)]
        server: Server,
    },
    /// Derives all figures anew from the log, beside the living ones, which they then replace.
    Rebuild {
        /// Compares them with the living ones instead; ends with 1 when they differ.
        #[arg(long)]
        verify: bool,
        #[command(flatten)]
        server: Server,
    },
    /// Rates of currencies.
    #[command(subcommand)]
    Rates(Rates),
    /// Fits the weights of the data-driven model to the journeys as they are now.
    Fit {
        #[command(flatten)]
        server: Server,
    },
}

#[derive(Debug, Clone, Subcommand)]
pub(crate) enum Rates {
    /// Records the rates of a CSV file: `day,currency,rate`, or a day and a column per currency.
    Import {
        /// The file; all of it is recorded, or nothing when a line is wrong.
        #[arg(value_name = "FILE")]
        file: PathBuf,
        #[command(flatten)]
        server: Server,
    },
    /// Lists the rates, the latest day first.
    List {
        /// Only of this currency, ISO 4217.
        #[arg(
            long,
            value_name = "CODE",
            default_value = "",
            hide_default_value = true
        )]
        currency: String,
        /// Lists this many at most.
        #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(i32).range(1..=500))]
        limit: i32,
        #[command(flatten)]
        server: Server,
    },
}
