//! What an installation may decide.

use serde::Deserialize;
use service::settings::Error;

use crate::domain::code::Code;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Code of the topic of renewals, empty for the default.
    pub renewal_topic: String,
    /// Name and address of the company on its offers, may be several lines.
    pub offer_seller: String,
}

impl Settings {
    /// The settings, if they can be meant.
    pub fn checked(self) -> Result<Self, Error> {
        match Code::try_new(&self.renewal_topic) {
            Err(error) if !self.renewal_topic.is_empty() => {
                Err(Error::new(format!("`deals.renewal_topic`: {error}")))
            }
            _ => Ok(self),
        }
    }
}
