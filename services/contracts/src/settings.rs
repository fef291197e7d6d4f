//! What an installation may decide.

use std::time::Duration;

use serde::Deserialize;
use service::settings::{Error, duration};

use crate::rpc::decode::{MAX_NOTICE_DAYS, MAX_PERIOD_MONTHS};

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    pub recurring: bool,
    pub period_months: u16,
    pub renewal_notice_days: u16,
    #[serde(deserialize_with = "duration")]
    pub timer_interval: Duration,
    pub timer_batch: u32,
    pub churn_grace_days: u16,
}

impl Settings {
    /// The settings, if they can be meant.
    pub fn checked(self) -> Result<Self, Error> {
        let problem = if !(1..=MAX_PERIOD_MONTHS).contains(&i32::from(self.period_months)) {
            format!("`contracts.period_months` must be 1 to {MAX_PERIOD_MONTHS}")
        } else if i32::from(self.renewal_notice_days) > MAX_NOTICE_DAYS {
            format!("`contracts.renewal_notice_days` must be at most {MAX_NOTICE_DAYS}")
        } else if i32::from(self.churn_grace_days) > MAX_NOTICE_DAYS {
            format!("`contracts.churn_grace_days` must be at most {MAX_NOTICE_DAYS}")
        } else if self.timer_interval.is_zero() || self.timer_batch == 0 {
            "`contracts.timer_interval` and `contracts.timer_batch` must not be 0".to_owned()
        } else {
            return Ok(self);
        };
        Err(Error::new(problem))
    }
}
