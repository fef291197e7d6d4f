//! Runs a test in a process of its own.

use std::{env, process::Command};

const INSIDE: &str = "TELEMETRY_TEST_ALONE";

/// Runs `work` in a new process that knows nothing but the test `name`; gives what it printed.
///
/// Inside that process `work` is done and `None` is given.
#[expect(
    clippy::disallowed_methods,
    reason = "tells the process of one test from the one that started it"
)]
pub(crate) fn alone(name: &str, work: impl FnOnce()) -> Option<String> {
    if env::var_os(INSIDE).is_some() {
        work();
        return None;
    }
    let output = Command::new(env::current_exe().unwrap())
        .args(["--exact", name, "--nocapture"])
        .env(INSIDE, "1")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}{errors}");
    assert!(text.contains("1 passed"), "{name} has run: {text}");
    Some(text)
}
