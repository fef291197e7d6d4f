//! Deals and topics.

use clock::Timestamp;
use proto::deals::v1::{
    DealActivityCompleted, DealLost, DealOpened, DealRecorded, DealStageChanged, DealWon,
    OfferRecorded, TopicRecorded,
};
use rpc::decode::Fields;

use super::Kept;
use super::fields::{kept_source, money, source, time, time_or};
use crate::domain::fact::{StageName, What};

impl Kept for DealOpened {
    const KIND: i16 = 70;

    fn kept(self) -> Self {
        Self {
            deal_id: self.deal_id,
            topic_id: self.topic_id,
            stage: self.stage,
            amount: self.amount,
            lead_id: self.lead_id,
            person_id: self.person_id,
            responsible_id: self.responsible_id,
            origin: self.origin,
            source: kept_source(self.source),
            ..Self::default()
        }
    }

    fn what(&self, fields: &mut Fields, _: Timestamp) -> Option<What> {
        let deal = fields.parse("deal_id", &self.deal_id);
        let topic = fields.parse("topic_id", &self.topic_id);
        let amount = money(fields, "amount", self.amount.as_ref());
        let lead = fields.parse_optional("lead_id", &self.lead_id);
        let person = fields.parse_optional("person_id", &self.person_id);
        let responsible = fields.parse_optional("responsible_id", &self.responsible_id);
        let source = source(fields, self.source.as_ref());
        Some(What::DealOpened {
            deal: deal?,
            topic: topic?,
            stage: self.stage.clone(),
            amount: amount?,
            lead: lead?,
            person: person?,
            responsible: responsible?,
            origin: self.origin.clone(),
            source: self.source.as_ref().and(source),
        })
    }
}

impl Kept for DealStageChanged {
    const KIND: i16 = 71;

    fn kept(self) -> Self {
        Self {
            deal_id: self.deal_id,
            from_stage: self.from_stage,
            to_stage: self.to_stage,
            changed_at: self.changed_at,
            ..Self::default()
        }
    }

    fn what(&self, fields: &mut Fields, at: Timestamp) -> Option<What> {
        let deal = fields.parse("deal_id", &self.deal_id);
        let changed_at = time_or(fields, "changed_at", self.changed_at.as_ref(), at);
        Some(What::DealStageChanged {
            deal: deal?,
            from_stage: self.from_stage.clone(),
            to_stage: self.to_stage.clone(),
            changed_at: changed_at?,
        })
    }
}

impl Kept for DealWon {
    const KIND: i16 = 72;

    fn kept(self) -> Self {
        Self {
            deal_id: self.deal_id,
            amount: self.amount,
            won_at: self.won_at,
            ..Self::default()
        }
    }

    fn what(&self, fields: &mut Fields, at: Timestamp) -> Option<What> {
        let deal = fields.parse("deal_id", &self.deal_id);
        let amount = money(fields, "amount", self.amount.as_ref());
        let won_at = time_or(fields, "won_at", self.won_at.as_ref(), at);
        Some(What::DealWon {
            deal: deal?,
            amount: amount?,
            won_at: won_at?,
        })
    }
}

impl Kept for DealLost {
    const KIND: i16 = 73;

    fn kept(self) -> Self {
        Self {
            deal_id: self.deal_id,
            reason: self.reason,
            stage: self.stage,
            amount: self.amount,
            lost_at: self.lost_at,
            ..Self::default()
        }
    }

    fn what(&self, fields: &mut Fields, at: Timestamp) -> Option<What> {
        let deal = fields.parse("deal_id", &self.deal_id);
        let amount = money(fields, "amount", self.amount.as_ref());
        let lost_at = time_or(fields, "lost_at", self.lost_at.as_ref(), at);
        Some(What::DealLost {
            deal: deal?,
            reason: self.reason.clone(),
            stage: self.stage.clone(),
            amount: amount?,
            lost_at: lost_at?,
        })
    }
}

impl Kept for DealRecorded {
    const KIND: i16 = 74;

    fn kept(self) -> Self {
        Self {
            deal_id: self.deal_id,
            topic_id: self.topic_id,
            stage: self.stage,
            state: self.state,
            amount: self.amount,
            expected_close_at: self.expected_close_at,
            probability_percent: self.probability_percent,
            committed: self.committed,
            lead_id: self.lead_id,
            person_id: self.person_id,
            responsible_id: self.responsible_id,
            origin: self.origin,
            previous_contract_id: self.previous_contract_id,
            sale_object: self.sale_object,
            opened_at: self.opened_at,
            ..Self::default()
        }
    }

    fn what(&self, fields: &mut Fields, _: Timestamp) -> Option<What> {
        let deal = fields.parse("deal_id", &self.deal_id);
        let topic = fields.parse("topic_id", &self.topic_id);
        let amount = money(fields, "amount", self.amount.as_ref());
        let expected_close_at = time(fields, "expected_close_at", self.expected_close_at.as_ref());
        let lead = fields.parse_optional("lead_id", &self.lead_id);
        let person = fields.parse_optional("person_id", &self.person_id);
        let responsible = fields.parse_optional("responsible_id", &self.responsible_id);
        let previous_contract =
            fields.parse_optional("previous_contract_id", &self.previous_contract_id);
        let opened_at = time(fields, "opened_at", self.opened_at.as_ref());
        Some(What::DealRecorded {
            deal: deal?,
            topic: topic?,
            stage: self.stage.clone(),
            state: self.state.clone(),
            amount: amount?,
            expected_close_at: expected_close_at?,
            probability_percent: self.probability_percent,
            committed: self.committed,
            lead: lead?,
            person: person?,
            responsible: responsible?,
            origin: self.origin.clone(),
            previous_contract: previous_contract?,
            sale_object: self.sale_object.clone(),
            opened_at: opened_at?,
        })
    }
}

impl Kept for DealActivityCompleted {
    const KIND: i16 = 75;

    fn kept(self) -> Self {
        Self {
            deal_id: self.deal_id,
            activity_id: self.activity_id,
            kind: self.kind,
            responsible_id: self.responsible_id,
            completed_at: self.completed_at,
        }
    }

    fn what(&self, fields: &mut Fields, at: Timestamp) -> Option<What> {
        let deal = fields.parse("deal_id", &self.deal_id);
        let activity = fields.parse("activity_id", &self.activity_id);
        let responsible = fields.parse_optional("responsible_id", &self.responsible_id);
        let completed_at = time_or(fields, "completed_at", self.completed_at.as_ref(), at);
        Some(What::DealActivityCompleted {
            deal: deal?,
            activity: activity?,
            kind: self.kind.clone(),
            responsible: responsible?,
            completed_at: completed_at?,
        })
    }
}

impl Kept for OfferRecorded {
    const KIND: i16 = 76;

    fn kept(self) -> Self {
        Self {
            offer_id: self.offer_id,
            deal_id: self.deal_id,
            state: self.state,
            amount: self.amount,
            up_sell_minor: self.up_sell_minor,
            cross_sell_minor: self.cross_sell_minor,
            ..Self::default()
        }
    }

    fn what(&self, fields: &mut Fields, _: Timestamp) -> Option<What> {
        let offer = fields.parse("offer_id", &self.offer_id);
        let deal = fields.parse("deal_id", &self.deal_id);
        let amount = money(fields, "amount", self.amount.as_ref());
        Some(What::OfferRecorded {
            offer: offer?,
            deal: deal?,
            state: self.state.clone(),
            amount: amount?,
            up_sell_minor: self.up_sell_minor,
            cross_sell_minor: self.cross_sell_minor,
        })
    }
}

impl Kept for TopicRecorded {
    const KIND: i16 = 77;

    fn kept(self) -> Self {
        Self {
            topic_id: self.topic_id,
            code: self.code,
            name: self.name,
            stages: self.stages,
        }
    }

    fn what(&self, fields: &mut Fields, _: Timestamp) -> Option<What> {
        let topic = fields.parse("topic_id", &self.topic_id);
        let stages = self.stages.iter().map(|stage| StageName {
            code: stage.code.clone(),
            name: stage.name.clone(),
            probability_percent: stage.probability_percent,
            limit_days: stage.limit_days,
        });
        Some(What::TopicRecorded {
            topic: topic?,
            code: self.code.clone(),
            name: self.name.clone(),
            stages: stages.collect(),
        })
    }
}
