//! Answers to surveys, and how often each was given.

use std::collections::BTreeMap;

use database::{
    Error,
    rows::{self, Kind, Table, hex, one_of},
};
use ids::{AnswerId, CampaignId, ParticipantId, StaffId, SurveyId};
use messaging::Tx;
use sea_orm::{ConnectionTrait, QueryResult, Value as Bound};
use serde_json::json;
use uuid::Uuid;

use super::members::query;
use crate::domain::survey::{Answer, Value, Values};

const VALUE: Table = Table {
    name: "survey_value",
    columns: &[
        ("answer_id", Kind::Id),
        ("code", Kind::Text),
        ("survey_id", Kind::Id),
        ("text", Kind::Text),
        ("number", Kind::Int),
        ("counted", Kind::Text),
    ],
};

pub async fn find(db: &impl ConnectionTrait, id: AnswerId) -> Result<Option<Answer>, Error> {
    let sql = "select * from survey_answer where id = $1".to_owned();
    let found = query(db, sql, [id.uuid().into()]).await?;
    Ok(with_values(db, found).await?.pop())
}

/// What a participant answered to a survey.
pub async fn of(
    db: &impl ConnectionTrait,
    survey: SurveyId,
    participant: ParticipantId,
) -> Result<Option<Answer>, Error> {
    let sql = "select * from survey_answer where survey_id = $1 and participant_id = $2";
    let values = [survey.uuid().into(), participant.uuid().into()];
    let found = query(db, sql.to_owned(), values).await?;
    Ok(with_values(db, found).await?.pop())
}

/// Up to `limit` answers before this one, newest first.
pub async fn list(
    db: &impl ConnectionTrait,
    survey: SurveyId,
    before: Option<Uuid>,
    limit: u64,
) -> Result<Vec<Answer>, Error> {
    let mut values: Vec<Bound> = vec![survey.uuid().into(), limit.into()];
    let mut sql = "select * from survey_answer where survey_id = $1".to_owned();
    if let Some(before) = before {
        values.push(before.into());
        sql.push_str(" and id < $3");
    }
    sql.push_str(" order by id desc limit $2");
    let found = query(db, sql, values).await?;
    with_values(db, found).await
}

pub async fn insert(tx: &Tx, answer: &Answer) -> Result<(), Error> {
    let sql = "insert into survey_answer \
               (id, revision, survey_id, participant_id, recorded_by, answered_at) \
               values ($1, $2, $3, $4, $5, $6)";
    let values = [
        answer.id.uuid().into(),
        answer.revision.into(),
        answer.survey.uuid().into(),
        answer.participant.uuid().into(),
        answer.recorded_by.map(StaffId::uuid).into(),
        answer.answered_at.into(),
    ];
    rows::execute(&**tx, sql, values).await?;
    insert_values(tx, answer).await
}

/// Saves over the revision before.
pub async fn save(tx: &Tx, answer: &Answer) -> Result<(), Error> {
    let sql = "update survey_answer set revision = $2, recorded_by = $3 \
               where id = $1 and revision = $2 - 1";
    let values = [
        answer.id.uuid().into(),
        answer.revision.into(),
        answer.recorded_by.map(StaffId::uuid).into(),
    ];
    if rows::execute(&**tx, sql, values).await? == 0 {
        return Err(Error::conflict("survey answer"));
    }
    let sql = "delete from survey_value where answer_id = $1";
    rows::execute(&**tx, sql, [answer.id.uuid().into()]).await?;
    insert_values(tx, answer).await
}

async fn insert_values(tx: &Tx, answer: &Answer) -> Result<(), Error> {
    let row = |(code, value): (&String, &Value)| {
        let (text, number, counted) = match value {
            Value::Text(text) => (text.as_str(), None, String::new()),
            Value::Choice(choice) => (choice.as_str(), None, choice.clone()),
            Value::Number(number) => ("", Some(*number), number.to_string()),
        };
        let (id, survey) = (hex(answer.id.uuid()), hex(answer.survey.uuid()));
        json!([id, code, survey, text, number, counted])
    };
    VALUE
        .insert(&**tx, answer.values.iter().map(row).collect())
        .await?;
    Ok(())
}

/// How often each was answered: by the code of the question, by the choice or the number; words
/// together under nothing.
pub async fn counts(
    db: &impl ConnectionTrait,
    survey: SurveyId,
) -> Result<BTreeMap<String, BTreeMap<String, i64>>, Error> {
    let sql = "select code, counted, count(*) as total from survey_value where survey_id = $1 \
               group by code, counted"
        .to_owned();
    let mut counts: BTreeMap<String, BTreeMap<String, i64>> = BTreeMap::new();
    for row in query(db, sql, [survey.uuid().into()]).await? {
        let of = counts.entry(row.try_get("", "code")?).or_default();
        of.insert(row.try_get("", "counted")?, row.try_get("", "total")?);
    }
    Ok(counts)
}

/// How many answered the surveys of a campaign.
pub async fn total(db: &impl ConnectionTrait, campaign: CampaignId) -> Result<i64, Error> {
    let sql = "select count(*) as total from survey_answer \
               join survey on survey.id = survey_answer.survey_id where survey.campaign_id = $1"
        .to_owned();
    let found = query(db, sql, [campaign.uuid().into()]).await?;
    let total = |row: &QueryResult| row.try_get("", "total");
    Ok(found.first().map(total).transpose()?.unwrap_or_default())
}

async fn with_values(
    db: &impl ConnectionTrait,
    found: Vec<QueryResult>,
) -> Result<Vec<Answer>, Error> {
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<Uuid> = found
        .iter()
        .map(|row| row.try_get("", "id"))
        .collect::<Result<_, _>>()?;
    let sql = format!(
        "select * from survey_value where {}",
        one_of(db.get_database_backend(), "answer_id", "$1")
    );
    let mut values: BTreeMap<Uuid, Values> = BTreeMap::new();
    for row in query(db, sql, [rows::ids(ids)]).await? {
        let (text, counted): (String, String) =
            (row.try_get("", "text")?, row.try_get("", "counted")?);
        let number: Option<i64> = row.try_get("", "number")?;
        let value = match number.and_then(|it| i32::try_from(it).ok()) {
            Some(number) => Value::Number(number),
            None if counted.is_empty() => Value::Text(text),
            None => Value::Choice(text),
        };
        let of = values.entry(row.try_get("", "answer_id")?).or_default();
        of.insert(row.try_get("", "code")?, value);
    }
    let answer = |row: &QueryResult| {
        let id: Uuid = row.try_get("", "id")?;
        let by: Option<Uuid> = row.try_get("", "recorded_by")?;
        Ok(Answer {
            id: AnswerId::from_uuid(id),
            revision: row.try_get("", "revision")?,
            survey: SurveyId::from_uuid(row.try_get("", "survey_id")?),
            participant: ParticipantId::from_uuid(row.try_get("", "participant_id")?),
            values: values.get(&id).cloned().unwrap_or_default(),
            recorded_by: by.map(StaffId::from_uuid),
            answered_at: row.try_get("", "answered_at")?,
        })
    };
    found.iter().map(answer).collect()
}
