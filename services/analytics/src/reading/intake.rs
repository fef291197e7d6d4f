//! Leads.

use clock::Timestamp;
use proto::intake::v1::{
    EnquiryAttached, LeadAssigned, LeadCreated, LeadOutcomeRecorded, LeadQualified, LeadRecorded,
    LeadRefused, LeadReopened, lead_qualified::NewDeal,
};
use rpc::decode::Fields;

use super::Kept;
use super::fields::{kept_source, source, time_or};
use crate::domain::fact::What;

impl Kept for LeadCreated {
    const KIND: i16 = 1;

    fn kept(self) -> Self {
        Self {
            lead_id: self.lead_id,
            submission_id: self.submission_id,
            topic: self.topic,
            source: kept_source(self.source),
            responsible_id: self.responsible_id,
            received_at: self.received_at,
            ..Self::default()
        }
    }

    fn what(&self, fields: &mut Fields, at: Timestamp) -> Option<What> {
        let lead = fields.parse("lead_id", &self.lead_id);
        let submission = fields.parse("submission_id", &self.submission_id);
        let source = source(fields, self.source.as_ref());
        let responsible = fields.parse_optional("responsible_id", &self.responsible_id);
        let received_at = time_or(fields, "received_at", self.received_at.as_ref(), at);
        Some(What::LeadCreated {
            lead: lead?,
            submission: submission?,
            source: source?,
            topic: self.topic.clone(),
            responsible: responsible?,
            received_at: received_at?,
        })
    }
}

impl Kept for EnquiryAttached {
    const KIND: i16 = 2;

    fn kept(self) -> Self {
        Self {
            lead_id: self.lead_id,
            submission_id: self.submission_id,
            source: kept_source(self.source),
            received_at: self.received_at,
            ..Self::default()
        }
    }

    fn what(&self, fields: &mut Fields, at: Timestamp) -> Option<What> {
        let lead = fields.parse("lead_id", &self.lead_id);
        let submission = fields.parse("submission_id", &self.submission_id);
        let source = source(fields, self.source.as_ref());
        let received_at = time_or(fields, "received_at", self.received_at.as_ref(), at);
        Some(What::EnquiryAttached {
            lead: lead?,
            submission: submission?,
            source: source?,
            received_at: received_at?,
        })
    }
}

impl Kept for LeadRecorded {
    const KIND: i16 = 3;

    fn kept(self) -> Self {
        Self {
            lead_id: self.lead_id,
            state: self.state,
            topic: self.topic,
            temperature: self.temperature,
            responsible_id: self.responsible_id,
            filled_fields: self.filled_fields,
            wanted_fields: self.wanted_fields,
            ..Self::default()
        }
    }

    fn what(&self, fields: &mut Fields, _: Timestamp) -> Option<What> {
        let lead = fields.parse("lead_id", &self.lead_id);
        let responsible = fields.parse_optional("responsible_id", &self.responsible_id);
        Some(What::LeadRecorded {
            lead: lead?,
            state: self.state.clone(),
            topic: self.topic.clone(),
            temperature: self.temperature.clone(),
            responsible: responsible?,
            filled_fields: self.filled_fields,
            wanted_fields: self.wanted_fields,
        })
    }
}

impl Kept for LeadAssigned {
    const KIND: i16 = 4;

    fn kept(self) -> Self {
        Self {
            lead_id: self.lead_id,
            responsible_id: self.responsible_id,
            ..Self::default()
        }
    }

    fn what(&self, fields: &mut Fields, _: Timestamp) -> Option<What> {
        let lead = fields.parse("lead_id", &self.lead_id);
        let responsible = fields.parse_optional("responsible_id", &self.responsible_id);
        Some(What::LeadAssigned {
            lead: lead?,
            responsible: responsible?,
        })
    }
}

impl Kept for LeadOutcomeRecorded {
    const KIND: i16 = 5;

    fn kept(self) -> Self {
        Self {
            lead_id: self.lead_id,
            outcome: self.outcome,
            reason: self.reason,
            recorded_by: self.recorded_by,
            recorded_at: self.recorded_at,
        }
    }

    fn what(&self, fields: &mut Fields, at: Timestamp) -> Option<What> {
        let lead = fields.parse("lead_id", &self.lead_id);
        let by = fields.parse_optional("recorded_by", &self.recorded_by);
        let recorded_at = time_or(fields, "recorded_at", self.recorded_at.as_ref(), at);
        Some(What::LeadOutcomeRecorded {
            lead: lead?,
            outcome: self.outcome.clone(),
            reason: self.reason.clone(),
            by: by?,
            recorded_at: recorded_at?,
        })
    }
}

impl Kept for LeadQualified {
    const KIND: i16 = 6;

    fn kept(self) -> Self {
        let new_deal = self.new_deal.map(|deal| NewDeal {
            deal_id: deal.deal_id,
            ..NewDeal::default()
        });
        Self {
            lead_id: self.lead_id,
            person_id: self.person_id,
            new_deal,
            qualified_at: self.qualified_at,
            ..Self::default()
        }
    }

    fn what(&self, fields: &mut Fields, at: Timestamp) -> Option<What> {
        let lead = fields.parse("lead_id", &self.lead_id);
        let person = fields.parse("person_id", &self.person_id);
        let deal = self.new_deal.as_ref().map_or("", |deal| &deal.deal_id);
        let deal = fields.parse_optional("new_deal.deal_id", deal);
        let qualified_at = time_or(fields, "qualified_at", self.qualified_at.as_ref(), at);
        Some(What::LeadQualified {
            lead: lead?,
            person: person?,
            deal: deal?,
            qualified_at: qualified_at?,
        })
    }
}

impl Kept for LeadRefused {
    const KIND: i16 = 7;

    fn kept(self) -> Self {
        Self {
            lead_id: self.lead_id,
            reason: self.reason,
            refused_at: self.refused_at,
            ..Self::default()
        }
    }

    fn what(&self, fields: &mut Fields, at: Timestamp) -> Option<What> {
        let lead = fields.parse("lead_id", &self.lead_id);
        let refused_at = time_or(fields, "refused_at", self.refused_at.as_ref(), at);
        Some(What::LeadRefused {
            lead: lead?,
            reason: self.reason.clone(),
            refused_at: refused_at?,
        })
    }
}

impl Kept for LeadReopened {
    const KIND: i16 = 8;

    fn kept(self) -> Self {
        Self {
            lead_id: self.lead_id,
            ..Self::default()
        }
    }

    fn what(&self, fields: &mut Fields, _: Timestamp) -> Option<What> {
        let lead = fields.parse("lead_id", &self.lead_id);
        Some(What::LeadReopened { lead: lead? })
    }
}
