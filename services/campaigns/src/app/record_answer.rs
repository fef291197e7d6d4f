//! What a participant answered to a survey, told to staff or by himself.

use ids::{AnswerId, ParticipantId, StaffId, SurveyId};
use messaging::Tx;
use rpc::decode::Fields;

use super::{App, again::again};
use crate::{
    domain::survey::{Answer, Given, Refusal, Survey, Values, Wrong},
    error::Error,
    events, store,
};

pub struct RecordAnswer {
    pub id: AnswerId,
    pub survey: SurveyId,
    pub participant: ParticipantId,
    /// Of the answer that is corrected; 0 for a first one.
    pub revision: i64,
    pub given: Vec<Given>,
    pub by: Option<StaffId>,
}

/// Records an answer or corrects it. The same id twice returns what is there.
pub async fn record_answer(app: &App, cmd: &RecordAnswer) -> Result<Answer, Error> {
    again(|| record(app, cmd)).await
}

async fn record(app: &App, cmd: &RecordAnswer) -> Result<Answer, Error> {
    let tx = app.outbox.begin().await?;
    let survey = store::surveys::find(&*tx, cmd.survey).await?;
    let survey = survey.ok_or(Error::SurveyNotFound)?;
    if cmd.revision == 0
        && let Some(known) = store::answers::find(&*tx, cmd.id).await?
    {
        let same = known.survey == cmd.survey && known.participant == cmd.participant;
        return same.then_some(known).ok_or(Error::IdTaken("answer"));
    }
    let known = store::answers::of(&*tx, cmd.survey, cmd.participant).await?;
    match &known {
        Some(_) if cmd.revision == 0 => return Err(Refusal::AlreadyAnswered.into()),
        Some(known) if known.revision == cmd.revision => {}
        None if cmd.revision == 0 => {}
        _ => return Err(Error::Changed("answer")),
    }
    let values = read(&survey, &cmd.given)?;
    let whose = (cmd.id, cmd.participant, cmd.by);
    keep(app, tx, &survey, known, whose, values).await
}

/// Answers the questions behind a token, or corrects the answer.
pub async fn answer_by_token(app: &App, token: &str, given: &[Given]) -> Result<Answer, Error> {
    again(|| async {
        let tx = app.outbox.begin().await?;
        let opened = store::surveys::by_token(&*tx, token).await?;
        let (id, participant) = opened.ok_or(Error::SurveyNotFound)?;
        let survey = store::surveys::find(&*tx, id).await?;
        let survey = survey.ok_or(Error::SurveyNotFound)?;
        if survey.sheet.is_interview {
            return Err(Refusal::Interview.into());
        }
        let values = read(&survey, given)?;
        let known = store::answers::of(&*tx, id, participant).await?;
        let whose = (AnswerId::generate(), participant, None);
        keep(app, tx, &survey, known, whose, values).await
    })
    .await
}

fn read(survey: &Survey, given: &[Given]) -> Result<Values, Error> {
    if survey.sheet.closed {
        return Err(Refusal::Closed.into());
    }
    survey.read(given).map_err(refused)
}

/// The questions decide what is wrong with an answer, so it is found wrong here.
fn refused(wrong: Vec<Wrong>) -> Error {
    let mut fields = Fields::new();
    for Wrong { code, reason } in wrong {
        fields.wrong(
            &format!("answers.{code}"),
            reason,
            "does not answer the question",
        );
    }
    match fields.finish(|| None::<()>) {
        Err(invalid) => Error::Invalid(invalid),
        Ok(()) => Error::SurveyNotFound,
    }
}

async fn keep(
    app: &App,
    tx: Tx,
    survey: &Survey,
    known: Option<Answer>,
    (id, participant, by): (AnswerId, ParticipantId, Option<StaffId>),
    values: Values,
) -> Result<Answer, Error> {
    let participant = store::participants::get(&*tx, survey.campaign, participant).await?;
    let now = app.clock.now();
    let answer = if let Some(mut answer) = known {
        if !answer.correct(values, by) {
            return Ok(answer);
        }
        store::answers::save(&tx, &answer).await?;
        answer
    } else {
        let answer = Answer {
            id,
            revision: 1,
            survey: survey.id,
            participant: participant.id,
            values,
            recorded_by: by,
            answered_at: now,
        };
        store::surveys::count_answer(&tx, survey).await?;
        store::answers::insert(&tx, &answer).await?;
        answer
    };
    let event = events::survey_answered(survey, &answer, participant.person, now);
    tx.publish(event).await?;
    tx.commit().await?;
    Ok(answer)
}
