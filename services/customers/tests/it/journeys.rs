//! Journeys of persons as all services tell them, from a campaign to the end of a contract.

mod client;

use chrono::{DateTime, TimeDelta, Utc};
use ids::{
    CampaignId, ContractId, DealActivityId, DealId, InteractionId, LeadId, MessageId, OfferId,
    ParticipantId, PersonId, QuestionnaireId, ResponseId, SubmissionId,
};
use messaging::{Event, RawEvent};
use prost::{Message, Name};
use prost_types::Timestamp;
use proto::{
    campaigns::v1 as campaigns,
    convert::timestamp,
    deals::v1 as deals,
    intake::v1 as intake,
    notifications::v1 as notifications,
    types::v1::{Money, Source},
};

use crate::fixture::{name, staff};

/// A journey and what is told of it, in order. All its times are a minute apart.
pub(crate) struct Journey {
    pub(crate) lead: String,
    pub(crate) person: String,
    pub(crate) deal: String,
    pub(crate) contract: String,
    pub(crate) campaign: String,
    pub(crate) participant: String,
    response: String,
    pub(crate) events: Vec<RawEvent>,
    /// Codes of its entries, oldest first.
    pub(crate) codes: Vec<&'static str>,
    at: DateTime<Utc>,
    revision: i64,
}

impl Journey {
    /// The whole way, to a contract that ended.
    pub(crate) fn won(start: DateTime<Utc>) -> Self {
        let mut journey = Self::begun(start);
        journey.attracted();
        journey.worked();
        journey.sold();
        journey.won_and_signed();
        journey.paid();
        journey.stayed();
        journey
    }

    /// To a deal that was lost.
    pub(crate) fn lost(start: DateTime<Utc>) -> Self {
        let mut journey = Self::begun(start);
        journey.attracted();
        journey.worked();
        journey.sold();
        let message = deals::DealLost {
            deal_id: journey.deal.clone(),
            lead_id: journey.lead.clone(),
            reason: "price".to_owned(),
            amount: Some(euros(50)),
            lost_at: Some(journey.stamp()),
            ..deals::DealLost::default()
        };
        journey.tell(&message, &["deal_lost"]);
        journey
    }

    fn begun(at: DateTime<Utc>) -> Self {
        Self {
            lead: LeadId::generate().to_string(),
            person: PersonId::generate().to_string(),
            deal: DealId::generate().to_string(),
            contract: ContractId::generate().to_string(),
            campaign: CampaignId::generate().to_string(),
            participant: ParticipantId::generate().to_string(),
            response: ResponseId::generate().to_string(),
            events: Vec::new(),
            codes: Vec::new(),
            at,
            revision: 0,
        }
    }

    fn stamp(&self) -> Timestamp {
        timestamp(self.at)
    }

    /// Revisions count over the whole journey, so over each of its aggregates too.
    pub(crate) fn tell<M: Message + Name>(&mut self, message: &M, codes: &[&'static str]) {
        self.revision += 1;
        let event = Event::new(message, &self.lead, self.revision, self.at);
        self.events.push(event.into());
        self.codes.extend(codes);
        self.at += TimeDelta::minutes(1);
    }

    /// A campaign reaches somebody, who answers; the answer becomes a lead.
    fn attracted(&mut self) {
        let message = campaigns::ParticipantRecorded {
            participant_id: self.participant.clone(),
            campaign_id: self.campaign.clone(),
            status: "potential".to_owned(),
            person_id: String::new(),
        };
        self.tell(&message, &["participation.potential"]);
        let message = campaigns::ParticipantContacted {
            interaction_id: InteractionId::generate().to_string(),
            campaign_id: self.campaign.clone(),
            participant_id: self.participant.clone(),
            kind: "call".to_owned(),
            contacted_at: Some(self.stamp()),
            ..campaigns::ParticipantContacted::default()
        };
        self.tell(&message, &["participant_contacted.outbound"]);
        let message = campaigns::ResponseRecorded {
            response_id: self.response.clone(),
            campaign_id: self.campaign.clone(),
            participant_id: self.participant.clone(),
            positive: true,
            responded_at: Some(self.stamp()),
            ..campaigns::ResponseRecorded::default()
        };
        self.tell(&message, &["response.positive"]);
        let message = intake::LeadCreated {
            lead_id: self.lead.clone(),
            submission_id: SubmissionId::generate().to_string(),
            name: Some(name("Anna Ozola")),
            private_person: true,
            source: Some(Source {
                channel: "campaign".to_owned(),
                campaign_id: self.campaign.clone(),
                response_id: self.response.clone(),
                ..Source::default()
            }),
            received_at: Some(self.stamp()),
            ..intake::LeadCreated::default()
        };
        self.tell(&message, &["lead_created"]);
    }

    /// The lead is refused, answers the farewell letter, and is won over.
    fn worked(&mut self) {
        let message = intake::LeadAssigned {
            lead_id: self.lead.clone(),
            responsible_id: staff().to_string(),
            ..intake::LeadAssigned::default()
        };
        self.tell(&message, &["lead_assigned"]);
        let message = intake::EnquiryAttached {
            lead_id: self.lead.clone(),
            submission_id: SubmissionId::generate().to_string(),
            received_at: Some(self.stamp()),
            ..intake::EnquiryAttached::default()
        };
        self.tell(&message, &["enquiry_attached"]);
        self.outcome("negative", "price", "lead_outcome.negative");
        let message = intake::LeadRefused {
            lead_id: self.lead.clone(),
            reason: "price".to_owned(),
            refused_at: Some(self.stamp()),
            ..intake::LeadRefused::default()
        };
        self.tell(&message, &["lead_refused"]);
        let message = notifications::MessageSettled {
            message_id: MessageId::generate().to_string(),
            purpose: "farewell".to_owned(),
            subject_id: self.lead.clone(),
            state: "accepted".to_owned(),
        };
        self.tell(&message, &["message_settled.accepted"]);
        let message = notifications::QuestionnaireAnswered {
            questionnaire_id: QuestionnaireId::generate().to_string(),
            lead_id: self.lead.clone(),
            reason: "price".to_owned(),
            comment: "nobody else needs to read this".to_owned(),
            contact_wanted: true,
            answered_at: Some(self.stamp()),
        };
        self.tell(&message, &["questionnaire_answered.contact_wanted"]);
        let message = intake::LeadReopened {
            lead_id: self.lead.clone(),
            reason: "QUESTIONNAIRE_ANSWERED".to_owned(),
            ..intake::LeadReopened::default()
        };
        self.tell(&message, &["lead_reopened"]);
        self.outcome("positive", "", "lead_outcome.positive");
        let message = intake::LeadQualified {
            lead_id: self.lead.clone(),
            person_id: self.person.clone(),
            name: Some(name("Anna Ozola")),
            private_person: true,
            ..intake::LeadQualified::default()
        };
        self.tell(&message, &[]);
    }

    fn outcome(&mut self, outcome: &str, reason: &str, code: &'static str) {
        let message = intake::LeadOutcomeRecorded {
            lead_id: self.lead.clone(),
            outcome: outcome.to_owned(),
            reason: reason.to_owned(),
            recorded_by: staff().to_string(),
            recorded_at: Some(self.stamp()),
        };
        self.tell(&message, &[code]);
    }

    /// A deal up to the offer. Only its state says whose it is.
    fn sold(&mut self) {
        let message = deals::DealOpened {
            deal_id: self.deal.clone(),
            origin: "lead".to_owned(),
            lead_id: self.lead.clone(),
            amount: Some(euros(100)),
            ..deals::DealOpened::default()
        };
        self.tell(&message, &["deal_opened.lead"]);
        let message = deals::DealRecorded {
            deal_id: self.deal.clone(),
            lead_id: self.lead.clone(),
            person_id: self.person.clone(),
            ..deals::DealRecorded::default()
        };
        self.tell(&message, &[]);
        let message = deals::DealStageChanged {
            deal_id: self.deal.clone(),
            to_stage: "offer".to_owned(),
            changed_at: Some(self.stamp()),
            ..deals::DealStageChanged::default()
        };
        self.tell(&message, &["deal_stage_changed"]);
        let message = deals::DealActivityCompleted {
            deal_id: self.deal.clone(),
            activity_id: DealActivityId::generate().to_string(),
            kind: "presentation".to_owned(),
            responsible_id: staff().to_string(),
            completed_at: Some(self.stamp()),
        };
        self.tell(&message, &["deal_activity_completed.presentation"]);
        let mut message = deals::OfferRecorded {
            offer_id: OfferId::generate().to_string(),
            deal_id: self.deal.clone(),
            state: "draft".to_owned(),
            amount: Some(euros(90)),
            ..deals::OfferRecorded::default()
        };
        self.tell(&message, &[]);
        "sent".clone_into(&mut message.state);
        message.sent_at = Some(self.stamp());
        self.tell(&message, &["offer_sent.accepted"]);
        "accepted".clone_into(&mut message.state);
        self.tell(&message, &[]);
    }
}

/// An amount of so many euros.
fn euros(whole: i64) -> Money {
    Money {
        minor: whole * 100,
        currency: "EUR".to_owned(),
    }
}
