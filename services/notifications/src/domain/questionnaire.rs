//! The questions behind the link of a farewell letter.

use clock::Timestamp;
use ids::{LeadId, QuestionnaireId};

use super::locale::Locale;

/// Codes of the main reason, in the order they are shown.
pub(crate) const REASONS: [&str; 6] = [
    "price",
    "timing",
    "another_supplier",
    "no_need",
    "service",
    "other",
];

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Questionnaire {
    pub id: QuestionnaireId,
    pub lead: LeadId,
    pub token: String,
    pub locale: Locale,
    pub created_at: Timestamp,
    pub answer: Option<Answer>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    pub reason: String,
    pub comment: String,
    pub contact_wanted: bool,
    pub at: Timestamp,
}

impl Questionnaire {
    /// Takes the answer. The first one counts: `false` if there is one already.
    pub(crate) fn answer(&mut self, answer: Answer) -> bool {
        if self.answer.is_some() {
            return false;
        }
        self.answer = Some(answer);
        true
    }
}
