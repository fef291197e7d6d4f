//! Messages: planned, read and listed.

use clock::Timestamp;
use database::Error;
use ids::MessageId;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, TryInsertResult, sea_query::OnConflict,
};
use uuid::Uuid;

use super::{broken, entity::message};
use crate::domain::{
    locale::Locale,
    message::{Message, Purpose, State},
};

/// A message before it has a row.
#[derive(Debug, Clone)]
pub(crate) struct Planned {
    pub id: MessageId,
    pub purpose: Purpose,
    pub about: String,
    pub occurrence: String,
    pub recipient: String,
    pub recipient_name: String,
    pub locale: Locale,
    pub subject: String,
    pub text: String,
    pub html: String,
    pub header_id: String,
    pub traceparent: Option<String>,
    pub now: Timestamp,
    pub give_up_at: Timestamp,
}

/// Inserts it; `false` if this message to this recipient is there already.
pub(crate) async fn insert(db: &impl ConnectionTrait, planned: Planned) -> Result<bool, Error> {
    let row = message::ActiveModel {
        id: Set(planned.id.uuid()),
        revision: Set(1),
        purpose: Set(planned.purpose.as_str().to_owned()),
        subject_id: Set(planned.about),
        occurrence: Set(planned.occurrence),
        recipient: Set(planned.recipient),
        recipient_name: Set(planned.recipient_name),
        locale: Set(planned.locale.as_str().to_owned()),
        subject: Set(planned.subject),
        text: Set(planned.text),
        html: Set(planned.html),
        class: Set(planned.purpose.class().as_str().to_owned()),
        state: Set(State::Queued.as_str().to_owned()),
        detail: Set(String::new()),
        attempts: Set(0),
        message_id_header: Set(planned.header_id),
        traceparent: Set(planned.traceparent),
        planned_at: Set(planned.now),
        not_before: Set(planned.now),
        give_up_at: Set(planned.give_up_at),
        lease_owner: Set(None),
        lease_until: Set(None),
        handed_over_at: Set(None),
        settled_at: Set(None),
    };
    let key = [
        message::Column::Recipient,
        message::Column::Purpose,
        message::Column::SubjectId,
        message::Column::Occurrence,
    ];
    let inserted = message::Entity::insert(row)
        .on_conflict(OnConflict::columns(key).do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(db)
        .await?;
    Ok(matches!(inserted, TryInsertResult::Inserted(1)))
}

pub(crate) async fn find(
    db: &impl ConnectionTrait,
    id: MessageId,
) -> Result<Option<Message>, Error> {
    message::Entity::find_by_id(id.uuid())
        .one(db)
        .await?
        .map(from_row)
        .transpose()
}

/// Queues a message again that was at revision `seen`.
pub(crate) async fn requeue(
    db: &impl ConnectionTrait,
    message: &Message,
    seen: i64,
) -> Result<(), Error> {
    let row = message::ActiveModel {
        revision: Set(message.revision),
        state: Set(message.state.as_str().to_owned()),
        detail: Set(message.detail.clone()),
        not_before: Set(message.not_before),
        give_up_at: Set(message.give_up_at),
        settled_at: Set(None),
        lease_owner: Set(None),
        lease_until: Set(None),
        ..Default::default()
    };
    let saved = message::Entity::update_many()
        .set(row)
        .filter(message::Column::Id.eq(message.id.uuid()))
        .filter(message::Column::Revision.eq(seen))
        .exec(db)
        .await?;
    if saved.rows_affected == 0 {
        return Err(Error::conflict("message"));
    }
    Ok(())
}

/// Which messages are wanted; empty parts admit all.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wanted {
    pub purpose: Option<Purpose>,
    pub state: Option<State>,
    pub about: String,
}

/// Up to `limit` messages before the cursor, newest first, and how many match in all.
pub(crate) async fn list(
    db: &impl ConnectionTrait,
    wanted: &Wanted,
    before: Option<Uuid>,
    limit: u64,
) -> Result<(Vec<Message>, u64), Error> {
    let mut condition = Condition::all();
    if let Some(purpose) = wanted.purpose {
        condition = condition.add(message::Column::Purpose.eq(purpose.as_str()));
    }
    if let Some(state) = wanted.state {
        condition = condition.add(message::Column::State.eq(state.as_str()));
    }
    if !wanted.about.is_empty() {
        condition = condition.add(message::Column::SubjectId.eq(&wanted.about));
    }
    let total = message::Entity::find()
        .filter(condition.clone())
        .count(db)
        .await?;
    if let Some(before) = before {
        condition = condition.add(message::Column::Id.lt(before));
    }
    let rows = message::Entity::find()
        .filter(condition)
        .order_by_desc(message::Column::Id)
        .limit(limit)
        .all(db)
        .await?;
    let messages: Result<Vec<_>, _> = rows.into_iter().map(from_row).collect();
    Ok((messages?, total))
}

pub(super) fn from_row(row: message::Model) -> Result<Message, Error> {
    let purpose = Purpose::parse(&row.purpose).ok_or_else(|| broken("purpose", &row.purpose))?;
    let state = State::parse(&row.state).ok_or_else(|| broken("state", &row.state))?;
    Ok(Message {
        id: MessageId::from_uuid(row.id),
        revision: row.revision,
        purpose,
        about: row.subject_id,
        recipient: row.recipient,
        recipient_name: row.recipient_name,
        locale: Locale::of(&row.locale),
        subject: row.subject,
        text: row.text,
        html: row.html,
        state,
        detail: row.detail,
        attempts: row.attempts,
        header_id: row.message_id_header,
        traceparent: row.traceparent,
        planned_at: row.planned_at,
        not_before: row.not_before,
        give_up_at: row.give_up_at,
        handed_over_at: row.handed_over_at,
        settled_at: row.settled_at,
    })
}
