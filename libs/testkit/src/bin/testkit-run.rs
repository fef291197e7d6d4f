//! Runs a command beside a PostgreSQL cluster that its tests share: `testkit-run cargo nextest run`.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "what fails here fails the tests"
)]

use std::process::{Command, ExitCode};

use testkit::PostgresCluster;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let program = arguments
        .next()
        .expect("usage: testkit-run COMMAND [ARGUMENT…]");
    let cluster = PostgresCluster::start();
    let status = Command::new(&program)
        .args(arguments)
        .env("TRIBUTARY_TEST_POSTGRES", cluster.url())
        .status()
        .unwrap_or_else(|error| panic!("{}: {error}", program.display()));
    // Ended by a signal, it has no code.
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    code.map_or(ExitCode::FAILURE, ExitCode::from)
}
