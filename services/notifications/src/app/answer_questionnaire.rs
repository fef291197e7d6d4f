use super::App;
use crate::{
    domain::questionnaire::{Answer, Questionnaire},
    error::Error,
    events, store,
};

pub(crate) struct AnswerQuestionnaire {
    pub token: String,
    pub reason: String,
    pub comment: String,
    pub contact_wanted: bool,
}

/// Takes the answer and announces it. The first one counts; later ones change nothing.
pub(crate) async fn answer_questionnaire(
    app: &App,
    cmd: AnswerQuestionnaire,
) -> Result<Questionnaire, Error> {
    let tx = app.outbox.begin().await?;
    let found = store::questionnaires::by_token(&*tx, &cmd.token).await?;
    let mut questionnaire = found.ok_or(Error::QuestionnaireNotFound)?;
    let answer = Answer {
        reason: cmd.reason,
        comment: cmd.comment,
        contact_wanted: cmd.contact_wanted,
        at: app.clock.now(),
    };
    let first = questionnaire.answer(answer.clone())
        && store::questionnaires::save_answer(&*tx, questionnaire.id, &answer).await?;
    if first {
        tx.publish(events::questionnaire_answered(&questionnaire, &answer))
            .await?;
        tx.commit().await?;
    }
    Ok(questionnaire)
}
