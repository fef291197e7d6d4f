//! Persons as ids, and cases.

use clock::Timestamp;
use ids::{ContractId, DealId, LeadId, MergeId, PersonId};
use proto::customers::v1::{CaseRecorded, PersonRecorded, PersonsMerged, PersonsSplit};
use rpc::decode::Fields;
use uuid::Uuid;

use super::Kept;
use super::fields::{time, time_or};
use crate::domain::fact::What;

impl Kept for PersonRecorded {
    const KIND: i16 = 20;

    fn kept(self) -> Self {
        Self {
            person_id: self.person_id,
            organisation_id: self.organisation_id,
            lead_ids: self.lead_ids,
            ..Self::default()
        }
    }

    fn what(&self, fields: &mut Fields, _: Timestamp) -> Option<What> {
        let person = fields.parse("person_id", &self.person_id);
        let organisation = fields.parse_optional("organisation_id", &self.organisation_id);
        let leads: Vec<Option<LeadId>> = self
            .lead_ids
            .iter()
            .map(|lead| fields.parse("lead_ids", lead))
            .collect();
        Some(What::PersonRecorded {
            person: person?,
            organisation: organisation?,
            leads: leads.into_iter().collect::<Option<_>>()?,
        })
    }
}

fn linked(fields: &mut Fields, ids: [&str; 3], merged: bool) -> Option<What> {
    let [merge, kept, joined] = ids;
    let merge = fields.parse::<MergeId>("merge_id", merge);
    let kept = fields.parse::<PersonId>("kept_id", kept);
    let joined = fields.parse::<PersonId>("joined_id", joined);
    Some(What::PersonsLinked {
        merge: merge?,
        kept: kept?,
        joined: joined?,
        merged,
    })
}

impl Kept for PersonsMerged {
    const KIND: i16 = 21;

    fn kept(self) -> Self {
        Self {
            merge_id: self.merge_id,
            kept_id: self.kept_id,
            joined_id: self.joined_id,
            ..Self::default()
        }
    }

    fn what(&self, fields: &mut Fields, _: Timestamp) -> Option<What> {
        linked(
            fields,
            [&self.merge_id, &self.kept_id, &self.joined_id],
            true,
        )
    }
}

impl Kept for PersonsSplit {
    const KIND: i16 = 22;

    fn kept(self) -> Self {
        Self {
            merge_id: self.merge_id,
            kept_id: self.kept_id,
            joined_id: self.joined_id,
            ..Self::default()
        }
    }

    fn what(&self, fields: &mut Fields, _: Timestamp) -> Option<What> {
        linked(
            fields,
            [&self.merge_id, &self.kept_id, &self.joined_id],
            false,
        )
    }
}

impl Kept for CaseRecorded {
    const KIND: i16 = 23;

    fn kept(self) -> Self {
        Self {
            case_id: self.case_id,
            person_id: self.person_id,
            step: self.step,
            severity: self.severity,
            state: self.state,
            subject_id: self.subject_id,
            responsible_id: self.responsible_id,
            opened_at: self.opened_at,
            resolved_at: self.resolved_at,
            ..Self::default()
        }
    }

    fn what(&self, fields: &mut Fields, at: Timestamp) -> Option<What> {
        let case = fields.parse("case_id", &self.case_id);
        let person = fields.parse_optional("person_id", &self.person_id);
        let about = match self.subject_id.as_str() {
            "" => Some(None),
            text => fields
                .read(
                    "subject_id",
                    about(text).ok_or("is no id of a lead, deal or contract"),
                )
                .map(Some),
        };
        let responsible = fields.parse_optional("responsible_id", &self.responsible_id);
        let opened_at = time_or(fields, "opened_at", self.opened_at.as_ref(), at);
        let resolved_at = time(fields, "resolved_at", self.resolved_at.as_ref());
        Some(What::CaseRecorded {
            case: case?,
            person: person?,
            step: self.step.clone(),
            severity: self.severity.clone(),
            about: about?,
            responsible: responsible?,
            opened_at: opened_at?,
            resolved_at: resolved_at?,
        })
    }
}

fn about(text: &str) -> Option<Uuid> {
    let lead = text.parse().map(LeadId::uuid).ok();
    let deal = || text.parse().map(DealId::uuid).ok();
    let contract = || text.parse().map(ContractId::uuid).ok();
    lead.or_else(deal).or_else(contract)
}
