//! Section `[notifications]`.

use std::time::Duration;

use lettre::message::Mailbox;
use serde::{Deserialize, Deserializer, de};
use service::settings::{Error, duration, durations};

/// Ids of one statement, within what both databases take.
const BATCH_MAX: usize = 10_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Mode {
    Auto,
    Smtp,
    Caught,
}

/// See `settings.toml` for what each of them means.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    pub mode: Mode,
    pub smtp_url: String,
    #[serde(deserialize_with = "mailbox")]
    pub from: Mailbox,
    pub sender: String,
    pub public_url: String,
    pub parallel: usize,
    pub batch: usize,
    #[serde(deserialize_with = "duration")]
    pub poll: Duration,
    #[serde(deserialize_with = "duration")]
    pub timer_poll: Duration,
    #[serde(deserialize_with = "duration")]
    pub lease: Duration,
    #[serde(deserialize_with = "duration")]
    pub prepare_timeout: Duration,
    #[serde(deserialize_with = "duration")]
    pub reply_timeout: Duration,
    #[serde(deserialize_with = "durations")]
    pub retry_delays: Vec<Duration>,
    #[serde(deserialize_with = "duration")]
    pub give_up: Duration,
}

impl Settings {
    /// Finds what cannot work although each value is of its type.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let problems = [
            (self.parallel == 0, "`notifications.parallel` must not be 0"),
            (
                !(1..=BATCH_MAX).contains(&self.batch),
                "`notifications.batch` must be between 1 and 10000",
            ),
            (self.poll.is_zero(), "`notifications.poll` must not be 0"),
            (
                self.timer_poll.is_zero(),
                "`notifications.timer_poll` must not be 0",
            ),
            (
                self.lease < Duration::from_secs(3),
                "`notifications.lease` must be at least 3s: it is renewed every third of it",
            ),
            (
                self.retry_delays.is_empty(),
                "`notifications.retry_delays` must not be empty",
            ),
            (
                self.mode == Mode::Smtp && self.smtp_url.is_empty(),
                "`notifications.mode` is \"smtp\", but `notifications.smtp_url` is empty",
            ),
        ];
        match problems.into_iter().find(|(wrong, _)| *wrong) {
            Some((_, problem)) => Err(Error::new(problem)),
            None => Ok(()),
        }
    }

    /// Whether messages stay here.
    pub(crate) fn caught(&self) -> bool {
        match self.mode {
            Mode::Auto => self.smtp_url.is_empty(),
            Mode::Smtp => false,
            Mode::Caught => true,
        }
    }
}

fn mailbox<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Mailbox, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map_err(|error| {
        let example = "write it like \"Acme <sales@acme.example>\"";
        de::Error::custom(format!("`{text}` is not a sender ({error}): {example}"))
    })
}
