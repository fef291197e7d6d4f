//! Messages: planned, read and listed.

use std::collections::HashSet;

use clock::Timestamp;
use database::Error;
use ids::MessageId;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect,
};
use serde_json::Value as Json;
use uuid::Uuid;

use super::{
    broken,
    entity::message,
    rows::{self, Kind},
};
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

const PLANNED: [(&str, Kind); 15] = [
    ("id", Kind::Id),
    ("purpose", Kind::Text),
    ("subject_id", Kind::Text),
    ("occurrence", Kind::Text),
    ("recipient", Kind::Text),
    ("recipient_name", Kind::Text),
    ("locale", Kind::Text),
    ("subject", Kind::Text),
    ("text", Kind::Text),
    ("html", Kind::Text),
    ("class", Kind::Text),
    ("message_id_header", Kind::Text),
    ("traceparent", Kind::Text),
    ("planned_at", Kind::Time),
    ("give_up_at", Kind::Time),
];

/// Inserts them; gives those that were not there yet, to the same recipient.
pub(crate) async fn insert(
    db: &impl ConnectionTrait,
    planned: Vec<Planned>,
) -> Result<HashSet<MessageId>, Error> {
    if planned.is_empty() {
        return Ok(HashSet::new());
    }
    let sql = format!(
        "insert into message ({columns}, revision, state, detail, attempts, not_before)
        select {columns}, 1, 'queued', '', 0, planned_at from ({rows}) as planned where true
        on conflict (recipient, purpose, subject_id, occurrence) do nothing returning id",
        columns = rows::names(&PLANNED),
        rows = rows::unpacked(db.get_database_backend(), &PLANNED, 1)
    );
    let packed = planned.into_iter().map(packed).collect();
    let new = rows::query(db, &sql, [Json::Array(packed).into()]).await?;
    new.into_iter()
        .map(|row| Ok(MessageId::from_uuid(row.try_get("", "id")?)))
        .collect()
}

/// The row of a message in the order of [`PLANNED`]. The texts are moved: they are long.
fn packed(planned: Planned) -> Json {
    Json::Array(vec![
        rows::hex(planned.id.uuid()).into(),
        planned.purpose.as_str().into(),
        planned.about.into(),
        planned.occurrence.into(),
        planned.recipient.into(),
        planned.recipient_name.into(),
        planned.locale.as_str().into(),
        planned.subject.into(),
        planned.text.into(),
        planned.html.into(),
        planned.purpose.class().as_str().into(),
        planned.header_id.into(),
        planned.traceparent.into(),
        rows::time(planned.now).into(),
        rows::time(planned.give_up_at).into(),
    ])
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
