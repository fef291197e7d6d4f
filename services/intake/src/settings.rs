//! Settings of intake: `settings.toml` names each with its default and its reason.

use serde::Deserialize;

/// The section `[intake]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    pub batch_max: usize,
    pub queue_max: usize,
    pub collectors: usize,
    pub stream_window: usize,
    pub country: String,
    pub spam_links: usize,
    pub hold_domains: Vec<String>,
}

impl Settings {
    /// Refuses what cannot work.
    pub fn check(&self) -> Result<(), service::settings::Error> {
        for (name, value, most) in [
            ("batch_max", self.batch_max, 512),
            ("queue_max", self.queue_max, 1_000_000),
            ("collectors", self.collectors, 16),
            ("stream_window", self.stream_window, 4_096),
        ] {
            if value == 0 || value > most {
                let problem = format!("`intake.{name}` must be between 1 and {most}");
                return Err(service::settings::Error::new(problem));
            }
        }
        Ok(())
    }
}
