//! What users do, from the door to the contract or the farewell, in both modes.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "what fails here fails the test"
)]

mod access;
mod campaign_money;
mod campaigns;
mod command_line;
mod doors;
mod funnel;
mod money;
mod notices;
mod replay;
mod timeline;
mod trace;

use std::time::Duration;

use e2e::{Client, Mode};
use serde_json::Value;

/// Both ways to run the platform.
const MODES: [Mode; 2] = [Mode::Embedded, Mode::Cluster];

/// Enough for anything that follows by events on a busy machine.
const SOON: Duration = Duration::from_secs(30);

/// The first item of a list once there is one.
async fn first(client: &Client, path: &str, items: &str) -> Value {
    testkit::eventually(SOON, || async {
        let page = client
            .get(path)
            .await
            .map_err(|error| format!("{error:#}"))?;
        page[items]
            .as_array()
            .and_then(|items| items.first().cloned())
            .ok_or_else(|| format!("nothing at {path}"))
    })
    .await
}

/// The answer of a path once `is_met` holds.
async fn once(client: &Client, path: &str, is_met: impl Fn(&Value) -> bool) -> Value {
    testkit::eventually(SOON, || async {
        let answer = client
            .get(path)
            .await
            .map_err(|error| format!("{error:#}"))?;
        if is_met(&answer) {
            Ok(answer)
        } else {
            Err(format!("{path}: {answer}"))
        }
    })
    .await
}
