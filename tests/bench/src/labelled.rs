//! Labelled leads as the matching engine takes them.

use std::{collections::HashMap, fs, path::Path};

use anyhow::{Context as _, Result};
use matching::record::{Received, Record};
use serde::Deserialize;

/// A lead with its labels, which are read for nothing but counting.
#[derive(Debug, Clone, Deserialize)]
pub struct Lead {
    /// `L000001` …, in order of arrival.
    pub lead_id: String,
    /// Label: whose it is.
    pub true_person_id: String,
    /// Label: the organisation it is about.
    pub true_org_id: Option<String>,
    /// `form`, `email`, `call`, `partner`.
    pub channel: String,
    pub(crate) received_at: chrono::DateTime<chrono::Utc>,
    pub(crate) full_name: Option<String>,
    pub(crate) given_name: Option<String>,
    pub(crate) family_name: Option<String>,
    pub(crate) organisation: Option<String>,
    pub(crate) emails: Vec<String>,
    pub(crate) phones: Vec<String>,
    pub(crate) city: Option<String>,
    pub(crate) country: Option<String>,
    pub(crate) message: Option<String>,
    /// Language of the channel.
    pub locale: String,
}

impl Lead {
    /// The lead in the form by which it is compared.
    pub fn record(&self) -> Record {
        const SECONDS_PER_DAY: i64 = 86_400;
        let day = self.received_at.timestamp().div_euclid(SECONDS_PER_DAY);
        Record::read(&Received {
            full_name: self.full_name.as_deref(),
            given_name: self.given_name.as_deref(),
            family_name: self.family_name.as_deref(),
            organisation: self.organisation.as_deref(),
            emails: self.emails.iter().map(String::as_str).collect(),
            phones: self.phones.iter().map(String::as_str).collect(),
            city: self.city.as_deref(),
            country: self.country.as_deref(),
            message: self.message.as_deref(),
            locale: Some(&self.locale),
            from_partner: self.channel == "partner",
            day: i32::try_from(day).ok(),
            ..Received::default()
        })
    }
}

/// Reads a file of one JSON object per line.
pub fn read(path: &Path) -> Result<Vec<Lead>> {
    let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
    text.lines()
        .map(|line| Ok(serde_json::from_str(line)?))
        .collect::<Result<_>>()
        .with_context(|| path.display().to_string())
}

/// Reads `lead_id,tags`: the tags of each lead.
pub fn read_tags(path: &Path) -> Result<HashMap<String, Vec<String>>> {
    let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let rows = text.lines().skip(1).filter_map(|line| line.split_once(','));
    Ok(rows
        .map(|(lead, tags)| {
            let tags = tags.split_whitespace().map(str::to_owned).collect();
            (lead.to_owned(), tags)
        })
        .collect())
}
