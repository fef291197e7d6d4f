//! Messages: planned, read and listed.

use std::collections::HashSet;

use clock::Timestamp;
use database::Error;
use ids::MessageId;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, sea_query::Expr,
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
    /// Number of the layout of its HTML.
    pub layout: i64,
    pub header_id: String,
    pub traceparent: Option<String>,
    pub now: Timestamp,
    pub give_up_at: Timestamp,
}

const LETTER: [(&str, Kind); 13] = [
    ("id", Kind::Id),
    ("purpose", Kind::Text),
    ("subject_id", Kind::Text),
    ("occurrence", Kind::Text),
    ("recipient", Kind::Text),
    ("recipient_name", Kind::Text),
    ("locale", Kind::Text),
    ("subject", Kind::Text),
    ("text", Kind::Text),
    ("layout", Kind::Int),
    ("message_id_header", Kind::Text),
    ("traceparent", Kind::Text),
    ("planned_at", Kind::Time),
];

const DELIVERY: [(&str, Kind); 4] = [
    ("letter_id", Kind::Id),
    ("class", Kind::Text),
    ("not_before", Kind::Time),
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
    let backend = db.get_database_backend();
    let sql = format!(
        "insert into letter ({columns}) {rows} where true
        on conflict (subject_id, purpose, recipient, occurrence) do nothing returning id",
        columns = rows::names(&LETTER),
        rows = rows::unpacked(backend, &LETTER, 1)
    );
    let deliveries: Vec<(MessageId, Json)> = planned
        .iter()
        .map(|letter| (letter.id, delivery(letter)))
        .collect();
    let letters = planned.into_iter().map(letter).collect();
    let new = rows::query(db, &sql, [Json::Array(letters).into()]).await?;
    let new: HashSet<MessageId> = new
        .into_iter()
        .map(|row| Ok(MessageId::from_uuid(row.try_get("", "id")?)))
        .collect::<Result<_, Error>>()?;
    if new.is_empty() {
        return Ok(new);
    }
    let sql = format!(
        "insert into delivery ({columns}, revision, state, detail, attempts)
        select {columns}, 1, 'queued', '', 0 from ({rows}) as planned",
        columns = rows::names(&DELIVERY),
        rows = rows::unpacked(backend, &DELIVERY, 1)
    );
    let deliveries = deliveries.into_iter().filter(|(id, _)| new.contains(id));
    let deliveries = deliveries.map(|(_, row)| row).collect();
    rows::execute(db, sql, [Json::Array(deliveries).into()]).await?;
    Ok(new)
}

/// The row of a letter in the order of [`LETTER`]. The texts are moved: they are long.
fn letter(planned: Planned) -> Json {
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
        planned.layout.into(),
        planned.header_id.into(),
        planned.traceparent.into(),
        rows::time(planned.now).into(),
    ])
}

/// The row of its delivery in the order of [`DELIVERY`].
fn delivery(planned: &Planned) -> Json {
    Json::Array(vec![
        rows::hex(planned.id.uuid()).into(),
        planned.purpose.class().as_str().into(),
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
    let sql = "update delivery set revision = $3, state = $4, detail = $5, not_before = $6,
            give_up_at = $7, settled_at = null, lease_owner = null, lease_until = null
        where letter_id = $1 and revision = $2";
    let values = [
        message.id.uuid().into(),
        seen.into(),
        message.revision.into(),
        message.state.as_str().into(),
        message.detail.as_str().into(),
        message.not_before.into(),
        message.give_up_at.into(),
    ];
    if rows::execute(db, sql, values).await? == 0 {
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
    /// About any of these, if given.
    pub about_any: Option<Vec<String>>,
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
        // Asked for the newest of one subject, PostgreSQL may go through all from the newest.
        let (backend, about) = match db.get_database_backend() {
            DbBackend::Sqlite => (DbBackend::Sqlite, "?"),
            other => (other, "$1"),
        };
        let about = format!("select id from letter where subject_id = {about}");
        let about = rows::among(backend, "id", &about);
        condition = condition.add(Expr::cust_with_values(about, [&wanted.about]));
    }
    if let Some(about) = &wanted.about_any {
        let (backend, list) = match db.get_database_backend() {
            DbBackend::Sqlite => (DbBackend::Sqlite, "select value from json_each(?)"),
            other => (
                other,
                "select value from jsonb_array_elements_text($1) as value",
            ),
        };
        let about_any = rows::among(backend, "subject_id", list);
        let about_any = format!("select id from letter where {about_any}");
        let about_any = rows::among(backend, "id", &about_any);
        let about = sea_orm::Value::from(Json::from(about.clone()));
        condition = condition.add(Expr::cust_with_values(about_any, [about]));
    }
    let mut page = condition.clone();
    if let Some(before) = before {
        page = page.add(message::Column::Id.lt(before));
    }
    let rows = message::Entity::find()
        .filter(page)
        .order_by_desc(message::Column::Id)
        .limit(limit)
        .all(db)
        .await?;
    let found = u64::try_from(rows.len()).unwrap_or(u64::MAX);
    // A first page that is not full is all there is.
    let total = if before.is_none() && found < limit {
        found
    } else {
        message::Entity::find().filter(condition).count(db).await?
    };
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
        layout: row.layout,
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
