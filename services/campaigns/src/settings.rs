//! Section `[campaigns]`.

use std::time::Duration;

use serde::Deserialize;
use service::settings;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// How many participants one call may add.
    pub participants_per_call: usize,
    /// Before `/s/{token}` in the links of surveys.
    pub public_url: String,
    /// Where files are kept: a folder, `file:///…` or `s3://bucket/prefix`; nowhere when empty.
    pub files: String,
    /// Address of an S3-compatible store; that of the region when empty.
    pub files_endpoint: String,
    /// Region of the store.
    pub files_region: String,
    /// Who asks the store.
    pub files_access_key: String,
    /// And with which secret.
    pub files_secret_key: String,
    /// Largest file.
    #[serde(deserialize_with = "settings::size")]
    pub file_max: usize,
    /// Longest upload.
    #[serde(deserialize_with = "settings::duration")]
    pub file_timeout: Duration,
    /// How often content that nobody wants any more is deleted.
    #[serde(deserialize_with = "settings::duration")]
    pub file_sweep_interval: Duration,
}

impl Settings {
    /// The settings, if they can be meant.
    pub fn checked(self) -> Result<Self, settings::Error> {
        let zero = [
            ("file_max", self.file_max == 0),
            ("file_timeout", self.file_timeout.is_zero()),
            ("file_sweep_interval", self.file_sweep_interval.is_zero()),
        ];
        let is_url = ["http://", "https://"]
            .iter()
            .any(|scheme| self.public_url.starts_with(scheme));
        if !is_url {
            let what = "`campaigns.public_url` must begin with http:// or https://";
            return Err(settings::Error::new(what));
        }
        match zero.iter().find(|(_, zero)| *zero) {
            Some((key, _)) => Err(settings::Error::new(format!(
                "`campaigns.{key}` must not be 0"
            ))),
            None => Ok(self),
        }
    }
}
