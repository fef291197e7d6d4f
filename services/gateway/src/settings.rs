//! The section `[gateway]`.

use std::time::Duration;

use serde::Deserialize;
use service::settings::{Error, Section, duration, size};

/// A revoked key must open nothing after this long.
const LONGEST_CREDENTIALS_TTL: Duration = Duration::from_secs(10);

/// How the gateway behaves; `settings.toml` says what each is for.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    pub(crate) public_url: String,
    #[serde(deserialize_with = "duration")]
    pub(crate) session: Duration,
    #[serde(deserialize_with = "duration")]
    pub(crate) credentials_ttl: Duration,
    pub(crate) password_memory_kib: u32,
    pub(crate) password_passes: u32,
    pub(crate) password_checks: usize,
    pub(crate) sign_in_burst: u32,
    #[serde(deserialize_with = "duration")]
    pub(crate) sign_in_interval: Duration,
    pub(crate) sign_in_address_rate: f64,
    pub(crate) sign_in_address_burst: u32,
    pub(crate) door_rate: f64,
    pub(crate) door_burst: u32,
    #[serde(deserialize_with = "duration")]
    pub(crate) doors_ttl: Duration,
    #[serde(deserialize_with = "size")]
    pub(crate) json_max: usize,
    #[serde(deserialize_with = "size")]
    pub(crate) json_file_max: usize,
    #[serde(deserialize_with = "duration")]
    pub(crate) body_timeout: Duration,
    #[serde(deserialize_with = "duration")]
    pub(crate) call_timeout: Duration,
    pub(crate) max_in_flight: usize,
    pub(crate) max_mails_in_flight: usize,
    pub(crate) forwarded_hops: usize,
}

impl Settings {
    pub(crate) fn read(section: &Section) -> Result<Self, Error> {
        let settings: Self = section.parse()?;
        if settings.credentials_ttl > LONGEST_CREDENTIALS_TTL {
            return Err(Error::new(
                "`gateway.credentials_ttl` must not be more than 10s",
            ));
        }
        if settings.session.is_zero() {
            return Err(Error::new("`gateway.session` must not be 0"));
        }
        for (key, number) in [
            ("password_checks", settings.password_checks),
            ("max_in_flight", settings.max_in_flight),
            ("max_mails_in_flight", settings.max_mails_in_flight),
        ] {
            if number == 0 {
                return Err(Error::new(format!("`gateway.{key}` must not be 0")));
            }
        }
        if !["http://", "https://"]
            .iter()
            .any(|scheme| settings.public_url.starts_with(scheme))
        {
            return Err(Error::new(
                "`gateway.public_url` must begin with http:// or https://",
            ));
        }
        Ok(settings)
    }

    /// Whether browsers reach us encrypted.
    pub(crate) fn secure(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_can_be_used() {
        let section = Section::of_defaults("gateway", include_str!("../settings.toml")).unwrap();
        let settings = Settings::read(&section).unwrap();
        assert!(!settings.secure());
        assert_eq!(settings.session, Duration::from_hours(12));
        assert_eq!(settings.json_max, 1 << 20);
    }
}
