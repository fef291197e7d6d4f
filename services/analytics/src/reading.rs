//! What is kept of an event, and what a kept one says.
//!
//! A message is kept as a message of its own type in which only the fields are filled that [`What`] has use for; each
//! is named here, so a field that is added to an event is not kept until somebody decides so.

mod campaigns;
mod contracts;
mod customers;
mod deals;
mod fields;
mod intake;
mod notifications;
mod own;
mod staff;

use clock::Timestamp;
use prost::{DecodeError, Message, Name};
use proto::analytics::v1::RateRecorded;
use proto::campaigns::v1::{ReferralMade, ReferralRewarded};
use rpc::decode::{Fields, Invalid};

use crate::domain::fact::What;

/// An event that figures depend on.
pub trait Kept: Message + Name + Default + 'static {
    /// Number of its kind in the log; never given to another kind.
    const KIND: i16;

    /// The message with what counts, and nothing of who somebody is.
    #[must_use]
    fn kept(self) -> Self;

    /// What it says; `at` stands for a time of its own that is missing.
    fn what(&self, fields: &mut Fields, at: Timestamp) -> Option<What>;
}

/// What a message says, if its ids, times and amounts can be read.
pub fn read<M: Kept>(message: &M, at: Timestamp) -> Result<What, Invalid> {
    let mut fields = Fields::new();
    let what = message.what(&mut fields, at);
    fields.finish(|| what)
}

/// A fact in the log that cannot be read: it was put there by another program.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    #[error("there is no kind {0} of facts")]
    Kind(i16),
    #[error("a fact is not the message that its kind names")]
    Payload(#[from] DecodeError),
    #[error(transparent)]
    Invalid(#[from] Invalid),
}

fn decode<M: Kept>(payload: &[u8], at: Timestamp) -> Result<What, Unreadable> {
    Ok(read(&M::decode(payload)?, at)?)
}

/// Numbers of [`What::ReferrerCounted`], by the event that it is the counterpart of; its message is kept once more.
const COUNTERPART_MADE: i16 = 51;
const COUNTERPART_REWARDED: i16 = 52;

/// The number that the counterpart of a fact of this kind is kept by.
pub fn counterpart_of(kind: i16) -> Option<i16> {
    match kind {
        ReferralMade::KIND => Some(COUNTERPART_MADE),
        ReferralRewarded::KIND => Some(COUNTERPART_REWARDED),
        _ => None,
    }
}

fn counterpart(what: What) -> What {
    match what {
        What::ReferralMade {
            referral, referrer, ..
        } => What::ReferrerCounted {
            referral,
            referrer,
            rewarded: false,
        },
        What::ReferralRewarded {
            referral, referrer, ..
        } => What::ReferrerCounted {
            referral,
            referrer,
            rewarded: true,
        },
        other => other,
    }
}

/// Whether a fact counts while this is the base currency: a rate to another one does not.
pub fn counts_for(kind: i16, payload: &[u8], base: &str) -> Result<bool, Unreadable> {
    if kind != RateRecorded::KIND {
        return Ok(true);
    }
    Ok(RateRecorded::decode(payload)?.base_currency == base)
}

/// Lists the kinds: the number in the log, the message.
macro_rules! kinds {
    ($($number:literal $message:ty;)+) => {
        /// What a fact of the log says.
        pub fn stored(kind: i16, payload: &[u8], at: Timestamp) -> Result<What, Unreadable> {
            match kind {
                $($number => decode::<$message>(payload, at),)+
                COUNTERPART_MADE => decode::<ReferralMade>(payload, at).map(counterpart),
                COUNTERPART_REWARDED => decode::<ReferralRewarded>(payload, at).map(counterpart),
                other => Err(Unreadable::Kind(other)),
            }
        }

        /// Numbers and full names of the events in the log.
        pub fn names() -> Vec<(i16, String)> {
            vec![
                $(($number, <$message as Name>::full_name()),)+
                (COUNTERPART_MADE, ReferralMade::full_name()),
                (COUNTERPART_REWARDED, ReferralRewarded::full_name()),
            ]
        }

        #[cfg(test)]
        const ALL: &[(i16, i16)] = &[$(($number, <$message as Kept>::KIND)),+];
    };
}

kinds! {
    1 proto::intake::v1::LeadCreated;
    2 proto::intake::v1::EnquiryAttached;
    3 proto::intake::v1::LeadRecorded;
    4 proto::intake::v1::LeadAssigned;
    5 proto::intake::v1::LeadOutcomeRecorded;
    6 proto::intake::v1::LeadQualified;
    7 proto::intake::v1::LeadRefused;
    8 proto::intake::v1::LeadReopened;
    20 proto::customers::v1::PersonRecorded;
    21 proto::customers::v1::PersonsMerged;
    22 proto::customers::v1::PersonsSplit;
    23 proto::customers::v1::CaseRecorded;
    40 proto::campaigns::v1::CampaignRecorded;
    41 proto::campaigns::v1::ActivityRecorded;
    42 proto::campaigns::v1::ParticipantRecorded;
    43 proto::campaigns::v1::ParticipantContacted;
    44 proto::campaigns::v1::ResponseRecorded;
    45 proto::campaigns::v1::CostRecorded;
    46 proto::campaigns::v1::ChannelFiguresRecorded;
    47 proto::campaigns::v1::PlanRecorded;
    48 proto::campaigns::v1::SurveyAnswered;
    49 proto::campaigns::v1::ReferralMade;
    50 proto::campaigns::v1::ReferralRewarded;
    60 proto::notifications::v1::QuestionnaireAnswered;
    70 proto::deals::v1::DealOpened;
    71 proto::deals::v1::DealStageChanged;
    72 proto::deals::v1::DealWon;
    73 proto::deals::v1::DealLost;
    74 proto::deals::v1::DealRecorded;
    75 proto::deals::v1::DealActivityCompleted;
    76 proto::deals::v1::OfferRecorded;
    77 proto::deals::v1::TopicRecorded;
    90 proto::contracts::v1::ContractSigned;
    91 proto::contracts::v1::ContractActivated;
    92 proto::contracts::v1::ContractEnded;
    93 proto::contracts::v1::ContractRecorded;
    94 proto::contracts::v1::ContractGrown;
    95 proto::contracts::v1::PaymentRecorded;
    110 proto::gateway::v1::StaffRecorded;
    111 proto::gateway::v1::PartnerRecorded;
    120 proto::analytics::v1::RateRecorded;
    121 proto::analytics::v1::WeightsFitted;
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn kinds_are_read_under_the_number_they_are_kept_by() {
        let numbers: BTreeSet<i16> = ALL.iter().map(|(number, _)| *number).collect();
        assert_eq!(numbers.len(), ALL.len());
        assert!(ALL.iter().all(|(number, kept)| number == kept));
    }
}
