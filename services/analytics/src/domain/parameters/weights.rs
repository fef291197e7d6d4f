//! Weights of the data-driven model as they were fitted.

use std::collections::BTreeMap;

/// Removal effects of channels, of the newest fit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Weights {
    version: i64,
    by_channel: BTreeMap<String, i64>,
}

impl Weights {
    /// Of the fit, 0 while there was none.
    pub fn version(&self) -> i64 {
        self.version
    }

    /// Removal effect of a channel in millionths, 0 when the fit did not know it.
    pub fn of(&self, channel: &str) -> i64 {
        self.by_channel.get(channel).copied().unwrap_or(0).max(0)
    }

    /// All of them, in the order of the channels.
    pub fn iter(&self) -> impl Iterator<Item = (&str, i64)> {
        self.by_channel
            .iter()
            .map(|(channel, weight)| (channel.as_str(), *weight))
    }

    /// The highest version counts.
    pub(super) fn learn(&mut self, version: i64, weights: &[(String, i64)]) -> bool {
        if version <= self.version {
            return false;
        }
        self.version = version;
        self.by_channel = weights.iter().cloned().collect();
        true
    }
}
