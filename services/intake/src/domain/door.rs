//! Ways in that staff set up: a web form, a mailbox, a telephone line.

use clock::Timestamp;
use ids::{ActivityId, CampaignId, DoorId, StaffId};

use super::source::{Channel, Source};

/// Kind of a door.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DoorKind {
    Form,
    Mailbox,
    Line,
}

impl DoorKind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Form => "form",
            Self::Mailbox => "mailbox",
            Self::Line => "line",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Form, Self::Mailbox, Self::Line]
            .into_iter()
            .find(|kind| kind.as_str() == text)
    }

    fn channel(self) -> Channel {
        match self {
            Self::Form => Channel::Form,
            Self::Mailbox => Channel::Email,
            Self::Line => Channel::Call,
        }
    }
}

/// A way in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Door {
    pub id: DoorId,
    pub kind: DoorKind,
    /// Public key in its path.
    pub key: String,
    /// Of the signature of a line; empty for others.
    pub secret: String,
    pub name: String,
    pub campaign: Option<CampaignId>,
    pub activity: Option<ActivityId>,
    pub topic: String,
    pub locale: String,
    pub country: String,
    pub responsible: Option<StaffId>,
    /// Origins whose pages may post; empty for any.
    pub allowed_origins: Vec<String>,
    pub redirect_url: String,
    pub active: bool,
    pub created_at: Timestamp,
}

impl Door {
    /// Where everything that comes this way comes from.
    pub fn source(&self) -> Source {
        Source {
            campaign: self.campaign,
            activity: self.activity,
            ..Source::new(self.kind.channel(), &self.name)
        }
    }

    /// Whether pages of this origin may post. A post without an origin is no browser's.
    pub fn admits(&self, origin: &str) -> bool {
        let same = |allowed: &String| allowed.trim_end_matches('/').eq_ignore_ascii_case(origin);
        origin.is_empty()
            || self.allowed_origins.is_empty()
            || self.allowed_origins.iter().any(same)
    }
}
