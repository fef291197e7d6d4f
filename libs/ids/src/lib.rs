#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

/// The text was not an id of the wanted kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected an id like {prefix}_ followed by 32 lower-case hexadecimal digits")]
pub struct ParseIdError {
    /// What the wanted kind of id starts with.
    pub prefix: &'static str,
}

macro_rules! define {
    ($($(#[$doc:meta])* $name:ident $prefix:literal,)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Uuid);

        impl $name {
            /// What a printed id starts with, without the underscore.
            pub const PREFIX: &'static str = $prefix;

            /// Makes a new id, later in order than all this process made before.
            pub fn generate() -> Self {
                Self(next())
            }

            /// Gives a stored or received UUID its kind.
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The bare UUID, for storage.
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}_{}", Self::PREFIX, self.0.simple())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }

        impl FromStr for $name {
            type Err = ParseIdError;

            fn from_str(text: &str) -> Result<Self, ParseIdError> {
                parse(Self::PREFIX, text).map(Self)
            }
        }
    )+

        #[cfg(test)]
        const PREFIXES: &[&str] = &[$($prefix),+];
    };
}

define! {
    /// One delivery of form, chat, import or call data into intake.
    SubmissionId "sub",
    /// A lead: somebody's interest, being worked.
    LeadId "lead",
    /// Somebody, as far as submissions tell.
    IdentityId "idty",
    /// The finding that two identities are one person.
    LinkId "link",
    /// The question whether two identities are one person.
    ReviewId "rvew",
    /// A run of the matching over what is stored.
    RematchId "rmat",
    /// One expressed interest of a lead.
    InterestId "intr",
    /// A door by which submissions come in: a form, a mailbox, a file feed.
    DoorId "door",
    /// A telephone call.
    CallId "call",
    /// A natural person of the client base.
    PersonId "pers",
    /// The statement that two records of the client base are one person.
    MergeId "mrge",
    /// Merges that one scan made by itself.
    MergeBatchId "mrgb",
    /// A statement of a person whether it may be written to or called.
    ConsentId "cnst",
    /// The erasure of a person.
    ErasureId "eras",
    /// An organisation of the client base.
    OrganisationId "orgn",
    /// A deal.
    DealId "deal",
    /// A topic: what a deal is about.
    TopicId "topic",
    /// A step planned or done on a deal.
    DealActivityId "dact",
    /// A contract.
    ContractId "cntr",
    /// A payment under a contract.
    PaymentId "paym",
    /// A campaign.
    CampaignId "camp",
    /// An activity of a campaign.
    ActivityId "actv",
    /// Somebody a campaign activity reaches.
    ParticipantId "ptcp",
    /// A participant's response.
    ResponseId "resp",
    /// A contact with a participant of a campaign or with a supplier.
    InteractionId "itrc",
    /// A line of the costs of a campaign.
    CostId "cost",
    /// Figures of a channel for a span of days.
    FiguresId "figs",
    /// A line of a marketing plan.
    PlanId "plan",
    /// A file attached to a campaign.
    FileId "file",
    /// A survey or interview of a campaign's participants.
    SurveyId "srvy",
    /// A participant's answer to a survey.
    AnswerId "answ",
    /// A task of a campaign, given to a member of staff.
    TaskId "task",
    /// Somebody brought by somebody of the client base.
    ReferralId "refl",
    /// An offer on a deal.
    OfferId "offr",
    /// A thing on sale: a product or a service of the catalogue.
    SaleObjectId "sobj",
    /// An extension or expansion of a contract.
    GrowthId "grow",
    /// A service case.
    CaseId "case",
    /// A message to a person.
    MessageId "mesg",
    /// A reminder.
    ReminderId "rmnd",
    /// A questionnaire.
    QuestionnaireId "qstn",
    /// A member of staff.
    StaffId "staff",
    /// A partner that sends leads.
    PartnerId "part",
    /// A partner's API key.
    ApiKeyId "akey",
    /// A rate of a currency.
    RateId "rate",
    /// Weights of the data-driven model of attribution, as fitted once.
    WeightsId "wgts",
    /// A published event.
    EventId "evnt",
}

#[expect(
    clippy::disallowed_methods,
    reason = "this crate is where ids are made"
)]
fn next() -> Uuid {
    Uuid::now_v7()
}

/// Only the printed spelling is accepted: two texts for one id would be two keys wherever ids are compared as text.
fn parse(prefix: &'static str, text: &str) -> Result<Uuid, ParseIdError> {
    text.strip_prefix(prefix)
        .and_then(|rest| rest.strip_prefix('_'))
        .filter(|digits| digits.len() == 32)
        .filter(|digits| {
            digits
                .bytes()
                .all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
        })
        .and_then(|digits| Uuid::try_parse(digits).ok())
        .ok_or(ParseIdError { prefix })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    const UUID: &str = "0198c2f0-5c7a-7d3f-8b1e-6a2c4d5e6f70";
    const PRINTED: &str = "lead_0198c2f05c7a7d3f8b1e6a2c4d5e6f70";

    #[test]
    fn an_id_prints_with_its_prefix_and_reads_back() {
        let id = LeadId::from_uuid(Uuid::try_parse(UUID).unwrap());
        assert_eq!(id.to_string(), PRINTED);
        assert_eq!(format!("{id:?}"), PRINTED);
        assert_eq!(PRINTED.parse(), Ok(id));
        assert_eq!(id.uuid().to_string(), UUID);
    }

    #[test]
    fn other_spellings_are_refused() {
        for text in [
            "",
            "lead",
            "lead_",
            UUID,
            "0198c2f05c7a7d3f8b1e6a2c4d5e6f70",
            "deal_0198c2f05c7a7d3f8b1e6a2c4d5e6f70",
            "LEAD_0198c2f05c7a7d3f8b1e6a2c4d5e6f70",
            "lead_0198C2F05C7A7D3F8B1E6A2C4D5E6F70",
            "lead_0198c2f0-5c7a-7d3f-8b1e-6a2c4d5e6f70",
            "lead_0198c2f05c7a7d3f8b1e6a2c4d5e6f7",
            "lead_0198c2f05c7a7d3f8b1e6a2c4d5e6f700",
            "lead_0198c2f05c7a7d3f8b1e6a2c4d5e6f7g",
            " lead_0198c2f05c7a7d3f8b1e6a2c4d5e6f70",
            "lead__0198c2f05c7a7d3f8b1e6a2c4d5e6f70",
        ] {
            assert_eq!(
                text.parse::<LeadId>(),
                Err(ParseIdError { prefix: "lead" }),
                "{text:?}"
            );
        }
    }

    #[test]
    fn the_error_says_what_was_expected() {
        assert_eq!(
            "x".parse::<DealId>().unwrap_err().to_string(),
            "expected an id like deal_ followed by 32 lower-case hexadecimal digits"
        );
    }

    #[test]
    fn generated_ids_are_distinct_and_in_order() {
        let ids: Vec<EventId> = (0..10_000).map(|_| EventId::generate()).collect();
        assert!(ids.is_sorted_by(|a, b| a < b));
        assert!(ids.iter().all(|id| id.uuid().get_version_num() == 7));
    }

    #[test]
    fn no_two_kinds_share_a_prefix() {
        let distinct: HashSet<_> = PREFIXES.iter().collect();
        assert_eq!(distinct.len(), PREFIXES.len());
    }
}
