//! Section `[customers]`.

use serde::Deserialize;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Record person and organisation of a lead that names an organisation when it is created.
    pub record_organisation_leads: bool,
}
