//! Parts of rows that are kept as JSON.

use std::{collections::BTreeMap, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::domain::{
    evidence::Flag,
    lead::Mailbox,
    source::{Channel, Source},
};

#[derive(Serialize, Deserialize)]
pub(super) struct SourceJson {
    channel: String,
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    campaign: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    activity: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    partner: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    response: Option<String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    referrer: String,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    utm: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    referral_code: String,
}

impl From<&Source> for SourceJson {
    fn from(source: &Source) -> Self {
        Self {
            channel: source.channel.as_str().to_owned(),
            name: source.name.clone(),
            campaign: source.campaign.map(|id| id.to_string()),
            activity: source.activity.map(|id| id.to_string()),
            partner: source.partner.map(|id| id.to_string()),
            response: source.response.map(|id| id.to_string()),
            referrer: source.referrer.clone(),
            utm: source.utm.clone(),
            referral_code: source.referral_code.clone(),
        }
    }
}

impl From<SourceJson> for Source {
    fn from(json: SourceJson) -> Self {
        Self {
            channel: Channel::parse(&json.channel).unwrap_or(Channel::Manual),
            name: json.name,
            campaign: id(json.campaign.as_ref()),
            activity: id(json.activity.as_ref()),
            partner: id(json.partner.as_ref()),
            response: id(json.response.as_ref()),
            referrer: json.referrer,
            utm: json.utm,
            referral_code: json.referral_code,
        }
    }
}

fn id<T: FromStr>(text: Option<&String>) -> Option<T> {
    text.and_then(|text| text.parse().ok())
}

#[derive(Serialize, Deserialize)]
pub(super) struct MailboxJson {
    canonical: String,
    address: String,
}

impl From<&Mailbox> for MailboxJson {
    fn from(mailbox: &Mailbox) -> Self {
        Self {
            canonical: mailbox.canonical.clone(),
            address: mailbox.address.clone(),
        }
    }
}

impl From<MailboxJson> for Mailbox {
    fn from(json: MailboxJson) -> Self {
        Self {
            canonical: json.canonical,
            address: json.address,
        }
    }
}

pub(super) fn mailboxes(mailboxes: &[Mailbox]) -> Vec<MailboxJson> {
    mailboxes.iter().map(MailboxJson::from).collect()
}

pub(super) fn flags(flags: &[Flag]) -> Vec<&'static str> {
    flags.iter().map(|flag| flag.code()).collect()
}

/// Flags that a later program stored are passed over.
pub(super) fn read_flags(codes: &[String]) -> Vec<Flag> {
    codes.iter().filter_map(|code| Flag::parse(code)).collect()
}
