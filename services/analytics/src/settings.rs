//! What an installation may decide.

use std::time::Duration;

use serde::Deserialize;
use service::settings::{Error, duration};

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    pub base_currency: String,
    #[serde(deserialize_with = "duration")]
    pub project_every: Duration,
    pub batch_facts: u64,
    pub batch_stale: u64,
    #[serde(deserialize_with = "duration")]
    pub fit_every: Duration,
}

impl Settings {
    /// The settings, if they can be meant.
    pub fn checked(self) -> Result<Self, Error> {
        let currency = &self.base_currency;
        let problem =
            if currency.len() != 3 || !currency.bytes().all(|byte| byte.is_ascii_uppercase()) {
                "`analytics.base_currency` must be three capital letters (ISO 4217)"
            } else if self.project_every.is_zero() || self.fit_every.is_zero() {
                "`analytics.project_every` and `analytics.fit_every` must not be 0"
            } else if !(1..=100_000).contains(&self.batch_facts)
                || !(1..=100_000).contains(&self.batch_stale)
            {
                "`analytics.batch_facts` and `analytics.batch_stale` must be 1 to 100000"
            } else {
                return Ok(self);
            };
        Err(Error::new(problem.to_owned()))
    }
}
