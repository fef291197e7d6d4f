//! The promises under kill, cut and wipe, in both modes.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what fails here fails the test"
)]

mod broker;
mod consumers;
mod erasure;
mod kills;
mod letters;
mod order;
mod poison;
mod retries;
mod shutdown;
mod verdicts;

use faults::{
    audit::{self, Finding},
    journal::{Line, What},
};

/// Fails with what was found.
#[track_caller]
fn assert_clean(what: &str, findings: &[Finding]) {
    assert!(findings.is_empty(), "{what}: {}", audit::report(findings));
}

/// How many lines there are of acknowledgements, and of unknown outcomes.
fn tally(lines: &[Line]) -> (usize, usize) {
    let count = |is: fn(&What) -> bool| lines.iter().filter(|line| is(&line.what)).count();
    (
        count(|what| matches!(what, What::Acknowledged(_))),
        count(|what| matches!(what, What::Unknown(_))),
    )
}
