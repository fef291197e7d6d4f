//! Settings of intake: `settings.toml` names each with its default and its reason.

use matching::model::Model;
use serde::Deserialize;

/// The section `[intake]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    pub batch_max: usize,
    pub queue_max: usize,
    pub collectors: usize,
    pub stream_window: usize,
    pub scan_max: usize,
    pub scans: usize,
    pub country: String,
    pub spam_links: usize,
    pub hold_domains: Vec<String>,
    pub matching_rules: String,
}

impl Settings {
    /// Refuses what cannot work.
    pub fn check(&self) -> Result<(), service::settings::Error> {
        for (name, value, most) in [
            ("batch_max", self.batch_max, 512),
            ("queue_max", self.queue_max, 1_000_000),
            ("collectors", self.collectors, 16),
            ("stream_window", self.stream_window, 4_096),
            ("scan_max", self.scan_max, 1_000_000),
            ("scans", self.scans, 16),
        ] {
            if value == 0 || value > most {
                let problem = format!("`intake.{name}` must be between 1 and {most}");
                return Err(service::settings::Error::new(problem));
            }
        }
        Ok(())
    }

    /// The rules of the matching: those that ship with it, or those of the file named.
    pub fn model(&self) -> Result<Model, service::settings::Error> {
        let invalid = |problem: String| {
            let problem = format!("`intake.matching_rules`: {problem}");
            service::settings::Error::new(problem)
        };
        if self.matching_rules.is_empty() {
            return Model::embedded()
                .cloned()
                .map_err(|error| invalid(error.to_string()));
        }
        let text = std::fs::read_to_string(&self.matching_rules)
            .map_err(|error| invalid(format!("{}: {error}", self.matching_rules)))?;
        Model::parse(&text).map_err(|error| invalid(error.to_string()))
    }
}
