//! All that is announced.

use clock::Timestamp;
use messaging::Event;
use proto::{
    convert::timestamp,
    notifications::v1::{MessageSettled, QuestionnaireAnswered},
};

use crate::{
    domain::questionnaire::{Answer, Questionnaire},
    store::outgoing::Moved,
};

pub(crate) fn message_settled(message: &Moved, now: Timestamp) -> Event {
    let settled = MessageSettled {
        message_id: message.id.to_string(),
        purpose: message.purpose.as_str().to_owned(),
        subject_id: message.about.clone(),
        state: message.state.as_str().to_owned(),
    };
    Event::new(&settled, message.id, message.revision, now)
}

/// A questionnaire is asked at revision 1 and answered at 2.
pub(crate) fn questionnaire_answered(questionnaire: &Questionnaire, answer: &Answer) -> Event {
    let answered = QuestionnaireAnswered {
        questionnaire_id: questionnaire.id.to_string(),
        lead_id: questionnaire.lead.to_string(),
        reason: answer.reason.clone(),
        comment: answer.comment.clone(),
        contact_wanted: answer.contact_wanted,
        answered_at: Some(timestamp(answer.at)),
    };
    Event::new(&answered, questionnaire.id, 2, answer.at)
}
