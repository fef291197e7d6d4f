//! The events of one lead, as the services would announce them.

use analytics::reading::Kept;
use analytics::store::log::Entry;
use anyhow::Result;
use chrono::{DateTime, Utc};
use ids::{
    ContractId, DealActivityId, DealId, LeadId, PaymentId, PersonId, StaffId, SubmissionId, TopicId,
};
use proto::convert::timestamp;
use proto::intake::v1 as intake;
use proto::types::v1::{Money, Source};
use proto::{contracts::v1 as contracts, customers::v1 as customers, deals::v1 as deals};
use uuid::Uuid;

use super::budget::{CAMPAIGNS, campaign_id};
use super::{BEGIN, kept, mix};

/// Names of sources, and the channel that each is of.
const SOURCES: [(&str, &str); 15] = [
    ("form", "site-de"),
    ("form", "site-fr"),
    ("form", "site-en"),
    ("form", "landing"),
    ("email", "box-de"),
    ("email", "box-fr"),
    ("email", "box-en"),
    ("call", "line-de"),
    ("call", "line-en"),
    ("partner", "broker"),
    ("partner", "portal"),
    ("campaign", "mailing"),
    ("campaign", "fair"),
    ("campaign", "webinar"),
    ("import", "list"),
];

/// A lead at a moment.
pub(super) struct Company {
    pub(super) lead: u32,
    pub(super) at: DateTime<Utc>,
}

impl Company {
    pub(super) fn kept<M: Kept + Clone>(&self, message: &M, revision: i64) -> Result<Entry> {
        kept(message, revision, self.at)
    }

    /// An id of this lead's, near to those of leads that arrived about then.
    fn uuid(&self, kind: u8) -> Uuid {
        let high = u128::from(BEGIN * 1_000 + u64::from(self.lead) * 61_000) << 80;
        let low = u128::from(mix(u64::from(self.lead) << 8 | u64::from(kind)) >> 2);
        Uuid::from_u128(high | 0x7000_u128 << 64 | 1 << 63 | low)
    }

    fn lead_id(&self) -> String {
        LeadId::from_uuid(self.uuid(1)).to_string()
    }

    fn person_id(&self) -> String {
        PersonId::from_uuid(self.uuid(2)).to_string()
    }

    fn deal_id(&self) -> String {
        DealId::from_uuid(self.uuid(3)).to_string()
    }

    fn contract_id(&self) -> String {
        ContractId::from_uuid(self.uuid(4)).to_string()
    }

    fn one_of(&self, count: u64, what: u64) -> u64 {
        mix(u64::from(self.lead) ^ what << 40) % count
    }

    fn staff_id(&self) -> String {
        let number = u128::from(self.one_of(30, 1));
        StaffId::from_uuid(Uuid::from_u128(1 << 100 | number)).to_string()
    }

    fn topic_id(&self) -> String {
        let number = u128::from(self.one_of(4, 2));
        TopicId::from_uuid(Uuid::from_u128(2 << 100 | number)).to_string()
    }

    #[expect(clippy::unnecessary_wraps, reason = "messages hold options")]
    fn source(&self, step: u8) -> Option<Source> {
        let dice = mix(u64::from(self.lead) << 8 | u64::from(step));
        let place = usize::try_from(dice % 15).unwrap_or_default();
        let (channel, name) = SOURCES.get(place).copied().unwrap_or_default();
        Some(Source {
            channel: channel.to_owned(),
            name: name.to_owned(),
            campaign_id: if channel == "campaign" {
                campaign_id(dice / 15 % CAMPAIGNS)
            } else {
                String::new()
            },
            ..Source::default()
        })
    }

    #[expect(clippy::unnecessary_wraps, reason = "messages hold options")]
    fn amount(&self) -> Option<Money> {
        Some(Money {
            minor: i64::try_from(10_000 + self.one_of(900_000, 3)).unwrap_or_default(),
            currency: "EUR".to_owned(),
        })
    }

    pub(super) fn created(&self) -> intake::LeadCreated {
        intake::LeadCreated {
            lead_id: self.lead_id(),
            submission_id: SubmissionId::from_uuid(self.uuid(5)).to_string(),
            topic: self.topic_id(),
            source: self.source(0),
            responsible_id: self.staff_id(),
            received_at: Some(timestamp(self.at)),
            ..intake::LeadCreated::default()
        }
    }

    pub(super) fn card(&self, state: &str) -> intake::LeadRecorded {
        let place = usize::try_from(self.one_of(3, 4)).unwrap_or_default();
        let temperature = ["cold", "warm", "hot"].get(place).copied();
        intake::LeadRecorded {
            lead_id: self.lead_id(),
            state: state.to_owned(),
            topic: self.topic_id(),
            temperature: temperature.unwrap_or_default().to_owned(),
            responsible_id: self.staff_id(),
            filled_fields: 5,
            wanted_fields: 9,
            ..intake::LeadRecorded::default()
        }
    }

    pub(super) fn enquiry(&self, step: u8) -> intake::EnquiryAttached {
        intake::EnquiryAttached {
            lead_id: self.lead_id(),
            submission_id: SubmissionId::from_uuid(self.uuid(10 + step)).to_string(),
            source: self.source(step),
            received_at: Some(timestamp(self.at)),
            ..intake::EnquiryAttached::default()
        }
    }

    pub(super) fn outcome(&self) -> intake::LeadOutcomeRecorded {
        intake::LeadOutcomeRecorded {
            lead_id: self.lead_id(),
            outcome: "satisfactory".to_owned(),
            recorded_by: self.staff_id(),
            recorded_at: Some(timestamp(self.at)),
            ..intake::LeadOutcomeRecorded::default()
        }
    }

    pub(super) fn qualified(&self) -> intake::LeadQualified {
        intake::LeadQualified {
            lead_id: self.lead_id(),
            person_id: self.person_id(),
            new_deal: Some(intake::lead_qualified::NewDeal {
                deal_id: self.deal_id(),
                ..intake::lead_qualified::NewDeal::default()
            }),
            qualified_at: Some(timestamp(self.at)),
            ..intake::LeadQualified::default()
        }
    }

    pub(super) fn refused(&self) -> intake::LeadRefused {
        intake::LeadRefused {
            lead_id: self.lead_id(),
            reason: format!("reason_{}", self.one_of(7, 5)),
            refused_at: Some(timestamp(self.at)),
            ..intake::LeadRefused::default()
        }
    }

    pub(super) fn person(&self) -> customers::PersonRecorded {
        customers::PersonRecorded {
            person_id: self.person_id(),
            lead_ids: vec![self.lead_id()],
            ..customers::PersonRecorded::default()
        }
    }

    pub(super) fn opened(&self) -> deals::DealOpened {
        deals::DealOpened {
            deal_id: self.deal_id(),
            topic_id: self.topic_id(),
            stage: "need".to_owned(),
            amount: self.amount(),
            lead_id: self.lead_id(),
            person_id: self.person_id(),
            responsible_id: self.staff_id(),
            origin: "lead".to_owned(),
            source: self.source(0),
            ..deals::DealOpened::default()
        }
    }

    pub(super) fn deal(&self, state: &str) -> deals::DealRecorded {
        deals::DealRecorded {
            deal_id: self.deal_id(),
            topic_id: self.topic_id(),
            stage: "offer".to_owned(),
            state: state.to_owned(),
            amount: self.amount(),
            probability_percent: 40,
            lead_id: self.lead_id(),
            person_id: self.person_id(),
            responsible_id: self.staff_id(),
            origin: "lead".to_owned(),
            opened_at: Some(timestamp(self.at)),
            ..deals::DealRecorded::default()
        }
    }

    pub(super) fn activity(&self) -> deals::DealActivityCompleted {
        deals::DealActivityCompleted {
            deal_id: self.deal_id(),
            activity_id: DealActivityId::from_uuid(self.uuid(6)).to_string(),
            kind: "meeting".to_owned(),
            responsible_id: self.staff_id(),
            completed_at: Some(timestamp(self.at)),
        }
    }

    pub(super) fn moved(&self) -> deals::DealStageChanged {
        deals::DealStageChanged {
            deal_id: self.deal_id(),
            from_stage: "need".to_owned(),
            to_stage: "offer".to_owned(),
            changed_at: Some(timestamp(self.at)),
            ..deals::DealStageChanged::default()
        }
    }

    pub(super) fn won(&self) -> deals::DealWon {
        deals::DealWon {
            deal_id: self.deal_id(),
            amount: self.amount(),
            won_at: Some(timestamp(self.at)),
            ..deals::DealWon::default()
        }
    }

    pub(super) fn lost(&self) -> deals::DealLost {
        deals::DealLost {
            deal_id: self.deal_id(),
            reason: format!("reason_{}", self.one_of(7, 6)),
            stage: "offer".to_owned(),
            amount: self.amount(),
            lost_at: Some(timestamp(self.at)),
            ..deals::DealLost::default()
        }
    }

    pub(super) fn signed(&self) -> contracts::ContractSigned {
        contracts::ContractSigned {
            contract_id: self.contract_id(),
            deal_id: self.deal_id(),
            lead_id: self.lead_id(),
            person_id: self.person_id(),
            amount: self.amount(),
            signed_at: Some(timestamp(self.at)),
            ..contracts::ContractSigned::default()
        }
    }

    pub(super) fn contract(&self) -> contracts::ContractRecorded {
        contracts::ContractRecorded {
            contract_id: self.contract_id(),
            number: format!("C-{}", self.lead),
            state: "active".to_owned(),
            kind: "new".to_owned(),
            deal_id: self.deal_id(),
            lead_id: self.lead_id(),
            person_id: self.person_id(),
            responsible_id: self.staff_id(),
            value: self.amount(),
            signed_at: Some(timestamp(self.at)),
            ..contracts::ContractRecorded::default()
        }
    }

    pub(super) fn payment(&self) -> contracts::PaymentRecorded {
        contracts::PaymentRecorded {
            payment_id: PaymentId::from_uuid(self.uuid(7)).to_string(),
            contract_id: self.contract_id(),
            amount: self.amount(),
            received_at: Some(timestamp(self.at)),
            ..contracts::PaymentRecorded::default()
        }
    }
}
