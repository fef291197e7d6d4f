//! Questionnaires.

use database::Error;
use ids::{LeadId, QuestionnaireId};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, TryInsertResult,
    sea_query::OnConflict,
};

use super::entity::questionnaire;
use crate::domain::{
    locale::Locale,
    questionnaire::{Answer, Questionnaire},
};

/// Inserts it; `false` if the lead has one already.
pub(crate) async fn insert(db: &impl ConnectionTrait, new: &Questionnaire) -> Result<bool, Error> {
    let row = questionnaire::ActiveModel {
        id: Set(new.id.uuid()),
        lead_id: Set(new.lead.uuid()),
        token: Set(new.token.clone()),
        locale: Set(new.locale.as_str().to_owned()),
        created_at: Set(new.created_at),
        answered_at: Set(None),
        reason: Set(String::new()),
        comment: Set(String::new()),
        contact_wanted: Set(false),
    };
    let once = OnConflict::column(questionnaire::Column::LeadId)
        .do_nothing()
        .to_owned();
    let inserted = questionnaire::Entity::insert(row)
        .on_conflict(once)
        .try_insert()
        .exec_without_returning(db)
        .await?;
    Ok(matches!(inserted, TryInsertResult::Inserted(1)))
}

pub(crate) async fn by_token(
    db: &impl ConnectionTrait,
    token: &str,
) -> Result<Option<Questionnaire>, Error> {
    let row = questionnaire::Entity::find()
        .filter(questionnaire::Column::Token.eq(token))
        .one(db)
        .await?;
    Ok(row.map(from_row))
}

/// Saves the answer if there is none yet; `false` if somebody was first.
pub(crate) async fn save_answer(
    db: &impl ConnectionTrait,
    id: QuestionnaireId,
    answer: &Answer,
) -> Result<bool, Error> {
    let row = questionnaire::ActiveModel {
        answered_at: Set(Some(answer.at)),
        reason: Set(answer.reason.clone()),
        comment: Set(answer.comment.clone()),
        contact_wanted: Set(answer.contact_wanted),
        ..Default::default()
    };
    let saved = questionnaire::Entity::update_many()
        .set(row)
        .filter(questionnaire::Column::Id.eq(id.uuid()))
        .filter(questionnaire::Column::AnsweredAt.is_null())
        .exec(db)
        .await?;
    Ok(saved.rows_affected == 1)
}

fn from_row(row: questionnaire::Model) -> Questionnaire {
    let answer = row.answered_at.map(|at| Answer {
        reason: row.reason,
        comment: row.comment,
        contact_wanted: row.contact_wanted,
        at,
    });
    Questionnaire {
        id: QuestionnaireId::from_uuid(row.id),
        lead: LeadId::from_uuid(row.lead_id),
        token: row.token,
        locale: Locale::of(&row.locale),
        created_at: row.created_at,
        answer,
    }
}
