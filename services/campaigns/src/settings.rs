//! Section `[campaigns]`.

use serde::Deserialize;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// How many participants one call may add.
    pub participants_per_call: usize,
}
