//! What happened with persons, and what it belongs to.
//!
//! An entry hangs on one subject: a person, a lead, a participant, a deal, a contract, a case or a
//! merge. Links say what a subject belongs to. Both are kept as they come; whose timeline an entry is
//! in follows when it is read, so nothing has to wait for anything.

use std::{
    collections::BTreeMap,
    fmt::{self, Display},
    str::FromStr,
};

use chrono::{DateTime, Utc};
use ids::{CampaignId, StaffId};
use uuid::Uuid;

macro_rules! kinds {
    ($($name:ident $text:literal,)+) => {
        /// What happened.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Kind {
            $(#[doc = concat!("`", $text, "`")] $name,)+
        }

        impl Kind {
            pub const ALL: &[Self] = &[$(Self::$name),+];

            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)+
                }
            }
        }
    };
}

kinds! {
    LeadCreated "lead_created",
    EnquiryAttached "enquiry_attached",
    LeadAssigned "lead_assigned",
    LeadOutcome "lead_outcome",
    LeadRefused "lead_refused",
    LeadReopened "lead_reopened",
    Participation "participation",
    ParticipantContacted "participant_contacted",
    Response "response",
    SurveyAnswered "survey_answered",
    ReferralMade "referral_made",
    ReferralRewarded "referral_rewarded",
    DealOpened "deal_opened",
    DealStageChanged "deal_stage_changed",
    DealActivityCompleted "deal_activity_completed",
    OfferSent "offer_sent",
    DealWon "deal_won",
    DealLost "deal_lost",
    ContractDrafted "contract_drafted",
    ContractSent "contract_sent",
    ContractSigned "contract_signed",
    ContractActivated "contract_activated",
    ContractEnded "contract_ended",
    ContractGrown "contract_grown",
    PaymentReceived "payment_received",
    CaseOpened "case_opened",
    CaseResolved "case_resolved",
    Consent "consent",
    PersonsMerged "persons_merged",
    PersonsSplit "persons_split",
    MessageSettled "message_settled",
    QuestionnaireAnswered "questionnaire_answered",
}

/// The text is no kind of entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is no kind of entry")]
pub struct UnknownKind;

impl FromStr for Kind {
    type Err = UnknownKind;

    fn from_str(text: &str) -> Result<Self, UnknownKind> {
        let found = Self::ALL.iter().find(|kind| kind.as_str() == text);
        found.copied().ok_or(UnknownKind)
    }
}

impl Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// As what a subject belongs to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    Person,
    /// The second one of a merge.
    OtherPerson,
    Lead,
    Deal,
    Contract,
    /// What a case is about.
    Subject,
    /// Whose response it is.
    Participant,
}

impl Role {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::OtherPerson => "other_person",
            Self::Lead => "lead",
            Self::Deal => "deal",
            Self::Contract => "contract",
            Self::Subject => "subject",
            Self::Participant => "participant",
        }
    }
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The event, or the thing of which an event carries the whole state: then the highest revision
    /// counts. With the kind it names the entry.
    pub source: Uuid,
    pub kind: Kind,
    pub revision: i64,
    pub subject: Uuid,
    pub at: DateTime<Utc>,
    /// False once it did not happen.
    pub shown: bool,
    /// Fixed words that tell it from others of its kind, empty for none.
    pub variant: String,
    /// Code from a directory, empty for none.
    pub detail: String,
    /// Ids as printed, the narrowest first.
    pub about: Vec<String>,
    pub channel: String,
    pub campaign: Option<CampaignId>,
    /// Minor units and currency.
    pub amount: Option<(i64, String)>,
    pub staff: Option<StaffId>,
}

/// That a subject belongs to another, towards the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// What says so; with the role it names the link.
    pub origin: Uuid,
    pub role: Role,
    /// Of the origin; the highest counts.
    pub revision: i64,
    pub child: Uuid,
    /// `None` when it belongs to none of the kind any more.
    pub parent: Option<Uuid>,
}

impl Entry {
    pub fn new(source: Uuid, kind: Kind, revision: i64, subject: Uuid, at: DateTime<Utc>) -> Self {
        Self {
            source,
            kind,
            revision,
            subject,
            at,
            shown: true,
            variant: String::new(),
            detail: String::new(),
            about: Vec::new(),
            channel: String::new(),
            campaign: None,
            amount: None,
            staff: None,
        }
    }

    /// Names the text that a screen shows.
    pub fn code(&self) -> String {
        if self.variant.is_empty() {
            self.kind.to_string()
        } else {
            format!("{}.{}", self.kind, self.variant)
        }
    }
}

/// What events tell, in any order and with repeats: of the same the highest revision is kept.
#[derive(Debug, Default)]
pub struct Told {
    entries: BTreeMap<(Uuid, Kind), Entry>,
    links: BTreeMap<(Uuid, Role), Link>,
}

impl Told {
    pub fn entry(&mut self, entry: Entry) {
        let key = (entry.source, entry.kind);
        let known = self.entries.get(&key);
        if known.is_none_or(|known| known.revision < entry.revision) {
            self.entries.insert(key, entry);
        }
    }

    /// Events of one revision tell the same; if they ever do not, one of them wins in any order.
    pub fn link(&mut self, link: Link) {
        let key = (link.origin, link.role);
        let rank = |link: &Link| (link.revision, link.parent);
        let known = self.links.get(&key);
        if known.is_none_or(|known| rank(known) < rank(&link)) {
            self.links.insert(key, link);
        }
    }

    /// In the order of their keys, so that no two transactions wait for each other.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.values()
    }

    pub fn links(&self) -> impl Iterator<Item = &Link> {
        self.links.values()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: DateTime<Utc> = DateTime::UNIX_EPOCH;

    #[test]
    fn kinds_have_one_spelling() {
        for kind in Kind::ALL {
            assert_eq!(kind.as_str().parse(), Ok(*kind));
        }
        assert_eq!("LeadCreated".parse::<Kind>(), Err(UnknownKind));
    }

    #[test]
    fn of_the_same_the_highest_revision_is_kept_in_any_order() {
        let [payment, contract] = [1, 2].map(Uuid::from_u128);
        let entry = |revision, shown| Entry {
            shown,
            ..Entry::new(payment, Kind::PaymentReceived, revision, contract, AT)
        };
        for order in [[1, 3, 2], [3, 2, 1], [2, 3, 3]] {
            let mut told = Told::default();
            for revision in order {
                told.entry(entry(revision, revision == 3));
            }
            let kept: Vec<_> = told.entries().collect();
            assert_eq!(kept, [&entry(3, true)]);
        }
    }

    #[test]
    fn of_two_links_of_one_revision_the_same_one_wins_in_any_order() {
        let link = |revision, parent: Option<u128>| Link {
            origin: Uuid::from_u128(1),
            role: Role::Person,
            revision,
            child: Uuid::from_u128(1),
            parent: parent.map(Uuid::from_u128),
        };
        let told = [link(1, Some(9)), link(2, Some(3)), link(2, None)];
        for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
            let mut kept = Told::default();
            for place in order {
                kept.link(told[place]);
            }
            let kept: Vec<_> = kept.links().copied().collect();
            assert_eq!(kept, [link(2, Some(3))]);
        }
    }
}
