//! What messages tell that went to people outside, and their answers.

use ids::{LeadId, MessageId, QuestionnaireId};
use messaging::{HandlerError, Received};
use proto::notifications::v1::{MessageSettled, QuestionnaireAnswered};

use super::{Tells, any_subject, id, stands};
use crate::domain::timeline::{Entry, Kind, Told};

impl Tells for MessageSettled {
    fn tell(event: &Received<Self>, told: &mut Told) -> Result<(), HandlerError> {
        let it = &event.message;
        let message: MessageId = id(&it.message_id)?;
        // A message about something else is in nobody's timeline.
        let Some(subject) = any_subject(&it.subject_id) else {
            return Ok(());
        };
        let entry = stands(
            event,
            message.uuid(),
            Kind::MessageSettled,
            subject,
            None,
            &[&it.message_id, &it.subject_id],
        );
        told.entry(Entry {
            variant: it.state.clone(),
            detail: it.purpose.clone(),
            ..entry
        });
        Ok(())
    }
}

impl Tells for QuestionnaireAnswered {
    fn tell(event: &Received<Self>, told: &mut Told) -> Result<(), HandlerError> {
        let it = &event.message;
        let questionnaire: QuestionnaireId = id(&it.questionnaire_id)?;
        let lead: LeadId = id(&it.lead_id)?;
        let entry = stands(
            event,
            questionnaire.uuid(),
            Kind::QuestionnaireAnswered,
            lead.uuid(),
            it.answered_at.as_ref(),
            &[&it.questionnaire_id, &it.lead_id],
        );
        let wanted = if it.contact_wanted {
            "contact_wanted"
        } else {
            ""
        };
        told.entry(Entry {
            variant: wanted.to_owned(),
            detail: it.reason.clone(),
            ..entry
        });
        Ok(())
    }
}
