//! The part of a journey that begins with a won deal.

use ids::{
    AnswerId, CaseId, ConsentId, DealId, GrowthId, LeadId, ParticipantId, PaymentId, ReferralId,
};
use proto::{
    campaigns::v1 as campaigns, contracts::v1 as contracts, customers::v1 as customers,
    deals::v1 as deals,
};

use super::{Journey, euros};
use crate::fixture::staff;

impl Journey {
    pub(super) fn won_and_signed(&mut self) {
        let message = deals::DealWon {
            deal_id: self.deal.clone(),
            lead_id: self.lead.clone(),
            amount: Some(euros(90)),
            won_at: Some(self.stamp()),
            ..deals::DealWon::default()
        };
        self.tell(&message, &["deal_won"]);
        let (contract_id, deal_id) = (self.contract.clone(), self.deal.clone());
        let message = contracts::ContractDrafted {
            contract_id: contract_id.clone(),
            deal_id: deal_id.clone(),
            amount: Some(euros(90)),
            ..contracts::ContractDrafted::default()
        };
        self.tell(&message, &["contract_drafted"]);
        let message = contracts::ContractSent {
            contract_id: contract_id.clone(),
            deal_id: deal_id.clone(),
        };
        self.tell(&message, &["contract_sent"]);
        let message = contracts::ContractSigned {
            contract_id: contract_id.clone(),
            deal_id: deal_id.clone(),
            lead_id: self.lead.clone(),
            amount: Some(euros(90)),
            signed_at: Some(self.stamp()),
            ..contracts::ContractSigned::default()
        };
        self.tell(&message, &["contract_signed"]);
        let message = contracts::ContractRecorded {
            contract_id: contract_id.clone(),
            deal_id: deal_id.clone(),
            ..contracts::ContractRecorded::default()
        };
        self.tell(&message, &[]);
        let message = contracts::ContractActivated {
            contract_id,
            deal_id,
        };
        self.tell(&message, &["contract_activated"]);
    }

    /// One payment comes in, one is taken back, one is returned.
    pub(super) fn paid(&mut self) {
        let planned = |minor: i64, contract: &str| contracts::PaymentRecorded {
            payment_id: PaymentId::generate().to_string(),
            contract_id: contract.to_owned(),
            amount: Some(euros(minor)),
            ..contracts::PaymentRecorded::default()
        };
        let mut message = planned(60, &self.contract);
        self.tell(&message, &[]);
        message.received_at = Some(self.stamp());
        self.tell(&message, &["payment_received"]);
        let mut message = planned(30, &self.contract);
        message.received_at = Some(self.stamp());
        self.tell(&message, &[]);
        message.received_at = None;
        self.tell(&message, &[]);
        let mut message = planned(-10, &self.contract);
        message.received_at = Some(self.stamp());
        self.tell(&message, &["payment_received.refund"]);
    }

    /// What comes after the sale.
    pub(super) fn stayed(&mut self) {
        let message = contracts::ContractGrown {
            growth_id: GrowthId::generate().to_string(),
            contract_id: self.contract.clone(),
            kind: "expansion".to_owned(),
            added: Some(euros(20)),
            grown_at: Some(self.stamp()),
            ..contracts::ContractGrown::default()
        };
        self.tell(&message, &["contract_grown.expansion"]);
        let message = campaigns::SurveyAnswered {
            answer_id: AnswerId::generate().to_string(),
            campaign_id: self.campaign.clone(),
            participant_id: ParticipantId::generate().to_string(),
            person_id: self.person.clone(),
            recommends: Some(9),
            answered_at: Some(self.stamp()),
            ..campaigns::SurveyAnswered::default()
        };
        self.tell(&message, &["survey_answered"]);
        self.brought();
        let message = customers::ConsentRecorded {
            person_id: self.person.clone(),
            consent_id: ConsentId::generate().to_string(),
            channel: "email".to_owned(),
            purpose: "mailing".to_owned(),
            contact: "anna@example.org".to_owned(),
            state: "refused".to_owned(),
            stated_at: Some(self.stamp()),
            recorded_by: staff().to_string(),
        };
        self.tell(&message, &["consent.email.refused"]);
        let mut message = customers::CaseRecorded {
            case_id: CaseId::generate().to_string(),
            step: "billing".to_owned(),
            severity: "minor".to_owned(),
            state: "open".to_owned(),
            subject_id: self.contract.clone(),
            opened_at: Some(self.stamp()),
            ..customers::CaseRecorded::default()
        };
        self.tell(&message, &["case_opened.minor"]);
        message.resolved_at = Some(self.stamp());
        self.tell(&message, &["case_resolved.minor"]);
        let message = contracts::ContractEnded {
            contract_id: self.contract.clone(),
            deal_id: self.deal.clone(),
            kind: "terminated".to_owned(),
            reason: "moved".to_owned(),
            ended_at: Some(self.stamp()),
        };
        self.tell(&message, &["contract_ended.terminated"]);
    }

    /// The person brings somebody, and gets the reward.
    fn brought(&mut self) {
        let message = campaigns::ReferralMade {
            referral_id: ReferralId::generate().to_string(),
            campaign_id: self.campaign.clone(),
            referrer_id: self.person.clone(),
            lead_id: LeadId::generate().to_string(),
            made_at: Some(self.stamp()),
        };
        self.tell(&message, &["referral_made"]);
        let message = campaigns::ReferralRewarded {
            referral_id: message.referral_id,
            campaign_id: message.campaign_id,
            referrer_id: message.referrer_id,
            lead_id: message.lead_id,
            deal_id: DealId::generate().to_string(),
            reward: Some(euros(5)),
            rewarded_at: Some(self.stamp()),
        };
        self.tell(&message, &["referral_rewarded"]);
    }
}
