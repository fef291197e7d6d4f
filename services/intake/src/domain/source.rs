//! Where something came from: always identified.

use std::collections::BTreeMap;

use ids::{ActivityId, CampaignId, PartnerId, ResponseId};

/// Kind of way in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Channel {
    Form,
    Email,
    Call,
    Partner,
    Campaign,
    Manual,
}

impl Channel {
    pub const ALL: [Self; 6] = [
        Self::Form,
        Self::Email,
        Self::Call,
        Self::Partner,
        Self::Campaign,
        Self::Manual,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Form => "form",
            Self::Email => "email",
            Self::Call => "call",
            Self::Partner => "partner",
            Self::Campaign => "campaign",
            Self::Manual => "manual",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|channel| channel.as_str() == text)
    }
}

/// Where something came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    pub channel: Channel,
    /// Name inside the channel: a site, a mailbox, a line, a partner.
    pub name: String,
    pub campaign: Option<CampaignId>,
    pub activity: Option<ActivityId>,
    pub partner: Option<PartnerId>,
    pub response: Option<ResponseId>,
    /// Referring page or person as received.
    pub referrer: String,
    /// Campaign parameters of the landing page, by name.
    pub utm: BTreeMap<String, String>,
    /// Code of whoever brought the person, as received; empty when none.
    pub referral_code: String,
}

impl Source {
    pub fn new(channel: Channel, name: impl Into<String>) -> Self {
        Self {
            channel,
            name: name.into(),
            campaign: None,
            activity: None,
            partner: None,
            response: None,
            referrer: String::new(),
            utm: BTreeMap::new(),
            referral_code: String::new(),
        }
    }
}
