//! Answers to the questionnaire of a farewell letter.

use futures::future::BoxFuture;
use messaging::{Handler, HandlerError, Received, Tx};
use proto::{convert::to_timestamp, notifications::v1::QuestionnaireAnswered};

use super::id;
use crate::app::{
    App,
    questionnaire::{Answer, answer_questionnaire},
};

impl Handler<QuestionnaireAnswered> for App {
    fn handle<'a>(
        &'a self,
        tx: &'a Tx,
        event: &'a Received<QuestionnaireAnswered>,
    ) -> BoxFuture<'a, Result<(), HandlerError>> {
        Box::pin(async move {
            let message = &event.message;
            let answer = Answer {
                lead: id(&message.lead_id)?,
                reason: message.reason.clone(),
                comment: message.comment.clone(),
                contact_wanted: message.contact_wanted,
                at: message
                    .answered_at
                    .as_ref()
                    .and_then(to_timestamp)
                    .unwrap_or(event.at),
            };
            Ok(answer_questionnaire(self, tx, &answer).await?)
        })
    }
}
