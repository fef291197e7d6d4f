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
    /// A submission `sub_…`, a lead `lead_…`, an identity `idty_…`, a review `rvew_…`; or two leads.
    #[arg(required = true, num_args = 1..=2, value_name = "ID")]
    pub(crate) ids: Vec<String>,
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
