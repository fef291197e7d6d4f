//! What the demonstration is made of; the people and firms are invented.

use anyhow::Context;
use serde::Deserialize;

/// The way in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Way {
    Form,
    Mail,
    Call,
    Partner,
    Manual,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Lead {
    pub(super) by: Way,
    pub(super) name: String,
    #[serde(default)]
    pub(super) email: String,
    #[serde(default)]
    pub(super) phone: String,
    #[serde(default)]
    pub(super) organisation: String,
    pub(super) city: String,
    pub(super) country: String,
    pub(super) locale: String,
    #[serde(default)]
    pub(super) object: String,
    #[serde(default)]
    pub(super) message: String,
    /// None: nobody has talked to the person yet.
    pub(super) fate: Option<Fate>,
}

/// What came of the talk.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Fate {
    /// With this reason.
    Refused(String),
    Later(Later),
    /// In the client base, without a deal.
    Client,
    Deal(Deal),
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Later {
    pub(super) reason: String,
    pub(super) days: i64,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Deal {
    pub(super) title: String,
    pub(super) euros: i64,
    /// As far as it went.
    pub(super) stage: String,
    pub(super) end: Option<End>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum End {
    /// As far as its contract went.
    Won(Paper),
    /// With this reason.
    Lost(String),
}

/// How far a contract went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Paper {
    Draft,
    Sent,
    Signed,
    Active,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Campaign {
    pub(super) kind: String,
    pub(super) name: String,
    pub(super) place: String,
    pub(super) state: Progress,
    /// Days from now.
    pub(super) starts: i64,
    pub(super) ends: i64,
    pub(super) activities: Vec<Activity>,
    pub(super) participants: Vec<Participant>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Progress {
    Preparing,
    Running,
    Past,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Activity {
    pub(super) kind: String,
    pub(super) name: String,
    pub(super) result: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Participant {
    pub(super) name: String,
    pub(super) email: String,
    pub(super) organisation: String,
    pub(super) locale: String,
    /// Empty: has not answered.
    #[serde(default)]
    pub(super) said: String,
    #[serde(default)]
    pub(super) positive: bool,
}

pub(super) fn leads() -> anyhow::Result<Vec<Lead>> {
    serde_json::from_str(include_str!("../../demo/leads.json")).context("demo/leads.json")
}

pub(super) fn campaigns() -> anyhow::Result<Vec<Campaign>> {
    serde_json::from_str(include_str!("../../demo/campaigns.json")).context("demo/campaigns.json")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn nobody_is_there_twice() {
        let leads = leads().unwrap();
        let campaigns = campaigns().unwrap();
        let people = campaigns.iter().flat_map(|it| &it.participants);
        let mut contacts: Vec<String> = people.map(|it| it.email.clone()).collect();
        for lead in &leads {
            assert!(
                !lead.email.is_empty() || !lead.phone.is_empty(),
                "{} cannot be reached",
                lead.name
            );
            let both = [&lead.email, &lead.phone].into_iter();
            contacts.extend(both.filter(|it| !it.is_empty()).cloned());
        }
        let different: BTreeSet<&String> = contacts.iter().collect();
        assert_eq!(different.len(), contacts.len());
    }

    #[test]
    fn every_language_has_every_fate() {
        for locale in ["en", "ru", "hu", "lv"] {
            let leads = leads().unwrap();
            let fates: Vec<Option<Fate>> = leads
                .into_iter()
                .filter(|it| it.locale == locale)
                .map(|it| it.fate)
                .collect();
            let has = |like: fn(&Option<Fate>) -> bool| fates.iter().any(like);
            assert!(has(Option::is_none), "{locale}");
            assert!(has(|it| matches!(it, Some(Fate::Refused(_)))), "{locale}");
            assert!(has(|it| matches!(it, Some(Fate::Later(_)))), "{locale}");
            assert!(has(|it| matches!(it, Some(Fate::Deal(_)))), "{locale}");
        }
    }
}
