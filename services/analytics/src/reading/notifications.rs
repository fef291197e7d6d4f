//! Answers to questionnaires.

use clock::Timestamp;
use proto::notifications::v1::QuestionnaireAnswered;
use rpc::decode::Fields;

use super::Kept;
use super::fields::time_or;
use crate::domain::fact::What;

impl Kept for QuestionnaireAnswered {
    const KIND: i16 = 60;

    fn kept(self) -> Self {
        Self {
            questionnaire_id: self.questionnaire_id,
            lead_id: self.lead_id,
            answered_at: self.answered_at,
            ..Self::default()
        }
    }

    fn what(&self, fields: &mut Fields, at: Timestamp) -> Option<What> {
        let questionnaire = fields.parse("questionnaire_id", &self.questionnaire_id);
        let lead = fields.parse("lead_id", &self.lead_id);
        let answered_at = time_or(fields, "answered_at", self.answered_at.as_ref(), at);
        Some(What::QuestionnaireAnswered {
            questionnaire: questionnaire?,
            lead: lead?,
            answered_at: answered_at?,
        })
    }
}
