//! Surveys of campaigns.

use std::collections::BTreeMap;

use database::{
    Error,
    rows::{self, Kind as Column, Table, hex, one_of},
};
use ids::{CampaignId, ParticipantId, SurveyId};
use messaging::Tx;
use sea_orm::{ConnectionTrait, QueryResult, Value};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::members::query;
use crate::domain::survey::{Kind, Question, Sheet, Survey};

const TOKEN: Table = Table {
    name: "survey_token",
    columns: &[
        ("token", Column::Text),
        ("survey_id", Column::Id),
        ("participant_id", Column::Id),
    ],
};

#[derive(Serialize, Deserialize)]
struct QuestionJson {
    code: String,
    text: String,
    required: bool,
    kind: KindJson,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum KindJson {
    Text,
    Choice(Vec<String>),
    Scale(i32, i32),
    Nps,
}

pub async fn find(db: &impl ConnectionTrait, id: SurveyId) -> Result<Option<Survey>, Error> {
    let sql = "select * from survey where id = $1".to_owned();
    let found = query(db, sql, [id.uuid().into()]).await?;
    found.first().map(read).transpose()
}

pub async fn insert(tx: &Tx, survey: &Survey) -> Result<(), Error> {
    let sql = "insert into survey (id, revision, campaign_id, title, introduction, is_interview, \
               closed, questions, answers, created_at) \
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let sheet = &survey.sheet;
    let values = [
        survey.id.uuid().into(),
        survey.revision.into(),
        survey.campaign.uuid().into(),
        sheet.title.clone().into(),
        sheet.introduction.clone().into(),
        sheet.is_interview.into(),
        sheet.closed.into(),
        questions(sheet).into(),
        survey.answers.into(),
        survey.created_at.into(),
    ];
    rows::execute(&**tx, sql, values).await?;
    Ok(())
}

/// Saves over the revision before, unless somebody answered meanwhile.
pub async fn save(tx: &Tx, survey: &Survey) -> Result<(), Error> {
    let sql = "update survey set revision = $2, title = $3, introduction = $4, is_interview = $5, \
               closed = $6, questions = $7 \
               where id = $1 and revision = $2 - 1 and answers = $8";
    let sheet = &survey.sheet;
    let values = [
        survey.id.uuid().into(),
        survey.revision.into(),
        sheet.title.clone().into(),
        sheet.introduction.clone().into(),
        sheet.is_interview.into(),
        sheet.closed.into(),
        questions(sheet).into(),
        survey.answers.into(),
    ];
    changed(rows::execute(&**tx, sql, values).await?)
}

/// Counts one more who answered, to the questions as they were read.
pub async fn count_answer(tx: &Tx, survey: &Survey) -> Result<(), Error> {
    let sql = "update survey set answers = answers + 1 where id = $1 and revision = $2";
    let values = [survey.id.uuid().into(), survey.revision.into()];
    changed(rows::execute(&**tx, sql, values).await?)
}

fn changed(rows: u64) -> Result<(), Error> {
    match rows {
        0 => Err(Error::conflict("survey")),
        _ => Ok(()),
    }
}

/// Up to `limit` surveys of a campaign before this one, newest first.
pub async fn list(
    db: &impl ConnectionTrait,
    campaign: CampaignId,
    before: Option<Uuid>,
    limit: u64,
) -> Result<Vec<Survey>, Error> {
    let mut values: Vec<Value> = vec![campaign.uuid().into(), limit.into()];
    let mut sql = "select * from survey where campaign_id = $1".to_owned();
    if let Some(before) = before {
        values.push(before.into());
        sql.push_str(" and id < $3");
    }
    sql.push_str(" order by id desc limit $2");
    query(db, sql, values).await?.iter().map(read).collect()
}

/// Keeps tokens for participants who have none.
pub async fn offer_tokens(
    tx: &Tx,
    survey: SurveyId,
    offered: &BTreeMap<ParticipantId, String>,
) -> Result<(), Error> {
    let rows = offered
        .iter()
        .map(|(participant, token)| json!([token, hex(survey.uuid()), hex(participant.uuid())]));
    TOKEN.insert_new(&**tx, rows.collect()).await?;
    Ok(())
}

/// The tokens of participants.
pub async fn tokens(
    db: &impl ConnectionTrait,
    survey: SurveyId,
    participants: impl IntoIterator<Item = ParticipantId>,
) -> Result<BTreeMap<ParticipantId, String>, Error> {
    let sql = format!(
        "select participant_id, token from survey_token where survey_id = $2 and {}",
        one_of(db.get_database_backend(), "participant_id", "$1")
    );
    let wanted = rows::ids(participants.into_iter().map(ParticipantId::uuid));
    let found = query(db, sql, [wanted, survey.uuid().into()]).await?;
    let pair = |row: &QueryResult| {
        let participant = ParticipantId::from_uuid(row.try_get("", "participant_id")?);
        Ok((participant, row.try_get("", "token")?))
    };
    found.iter().map(pair).collect()
}

/// What a token opens.
pub async fn by_token(
    db: &impl ConnectionTrait,
    token: &str,
) -> Result<Option<(SurveyId, ParticipantId)>, Error> {
    let sql = "select survey_id, participant_id from survey_token where token = $1".to_owned();
    let found = query(db, sql, [token.into()]).await?;
    let pair = |row: &QueryResult| {
        Ok((
            SurveyId::from_uuid(row.try_get("", "survey_id")?),
            ParticipantId::from_uuid(row.try_get("", "participant_id")?),
        ))
    };
    found.first().map(pair).transpose()
}

fn questions(sheet: &Sheet) -> Json {
    let question = |it: &Question| QuestionJson {
        code: it.code.clone(),
        text: it.text.clone(),
        required: it.required,
        kind: match &it.kind {
            Kind::Text => KindJson::Text,
            Kind::Choice(choices) => KindJson::Choice(choices.clone()),
            Kind::Scale { lowest, highest } => KindJson::Scale(*lowest, *highest),
            Kind::Nps => KindJson::Nps,
        },
    };
    json!(sheet.questions.iter().map(question).collect::<Vec<_>>())
}

fn read(row: &QueryResult) -> Result<Survey, Error> {
    let questions: Json = row.try_get("", "questions")?;
    let questions: Vec<QuestionJson> =
        serde_json::from_value(questions).map_err(|error| Error::Other(error.into()))?;
    let question = |it: QuestionJson| Question {
        code: it.code,
        text: it.text,
        required: it.required,
        kind: match it.kind {
            KindJson::Text => Kind::Text,
            KindJson::Choice(choices) => Kind::Choice(choices),
            KindJson::Scale(lowest, highest) => Kind::Scale { lowest, highest },
            KindJson::Nps => Kind::Nps,
        },
    };
    Ok(Survey {
        id: SurveyId::from_uuid(row.try_get("", "id")?),
        revision: row.try_get("", "revision")?,
        campaign: CampaignId::from_uuid(row.try_get("", "campaign_id")?),
        sheet: Sheet {
            title: row.try_get("", "title")?,
            introduction: row.try_get("", "introduction")?,
            is_interview: row.try_get("", "is_interview")?,
            closed: row.try_get("", "closed")?,
            questions: questions.into_iter().map(question).collect(),
        },
        answers: row.try_get("", "answers")?,
        created_at: row.try_get("", "created_at")?,
    })
}
