//! Reminders.

use clock::Timestamp;
use database::Error;
use ids::{ReminderId, StaffId};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect, sea_query::ExprTrait as _,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{broken, entity::reminder, statement};
use crate::domain::reminder::{Reminder, State};

/// Takes a plan over an older one; a late one changes nothing and is `false`.
pub(crate) async fn plan(db: &impl ConnectionTrait, reminder: &Reminder) -> Result<bool, Error> {
    let sql = "insert into reminder
            (id, subject_id, revision, kind, title, staff_id, due_at, ends_at, state)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        on conflict (subject_id) do update set revision = excluded.revision,
            kind = excluded.kind, title = excluded.title, staff_id = excluded.staff_id,
            due_at = excluded.due_at, ends_at = excluded.ends_at, state = excluded.state,
            sent_at = null, completed_at = null
        where reminder.revision < excluded.revision";
    let values = [
        reminder.id.uuid().into(),
        reminder.about.clone().into(),
        reminder.revision.into(),
        reminder.kind.clone().into(),
        reminder.title.clone().into(),
        reminder.staff.map(StaffId::uuid).into(),
        reminder.due_at.into(),
        reminder.ends_at.into(),
        reminder.state.as_str().into(),
    ];
    let planned = db.execute_raw(statement(db, sql, values)).await?;
    Ok(planned.rows_affected() == 1)
}

/// A reminder waits until the member of staff is known and active, or it is given to another one.
const DUE: &str = "state = 'planned' and due_at <= $1 and exists (
    select 1 from staff where staff.staff_id = reminder.staff_id and staff.active
)";

/// Whether any reminder is due, without taking the writer's place.
pub(crate) async fn any_due(db: &impl ConnectionTrait, now: Timestamp) -> Result<bool, Error> {
    let sql = format!("select exists (select 1 from reminder where {DUE}) as due");
    match db.query_one_raw(statement(db, &sql, [now.into()])).await? {
        Some(row) => Ok(row.try_get("", "due")?),
        None => Ok(false),
    }
}

/// Marks up to `most` due reminders as sent and gives them: the caller writes their messages in
/// the same transaction.
pub(crate) async fn take_due(
    db: &impl ConnectionTrait,
    now: Timestamp,
    most: i64,
) -> Result<Vec<Reminder>, Error> {
    let sql = format!(
        "update reminder set state = 'sent', sent_at = $1
        where {DUE} and id in (select id from reminder where {DUE} order by due_at limit $2)
        returning *"
    );
    let values = [now.into(), most.into()];
    let rows = reminder::Entity::find()
        .from_raw_sql(statement(db, &sql, values))
        .all(db)
        .await?;
    rows.into_iter().map(from_row).collect()
}

pub(crate) async fn find(
    db: &impl ConnectionTrait,
    id: ReminderId,
) -> Result<Option<Reminder>, Error> {
    reminder::Entity::find_by_id(id.uuid())
        .one(db)
        .await?
        .map(from_row)
        .transpose()
}

/// Saves over what was loaded as `seen`.
pub(crate) async fn save(
    db: &impl ConnectionTrait,
    reminder: &Reminder,
    seen: &Reminder,
) -> Result<(), Error> {
    let row = reminder::ActiveModel {
        due_at: Set(reminder.due_at),
        state: Set(reminder.state.as_str().to_owned()),
        sent_at: Set(reminder.sent_at),
        completed_at: Set(reminder.completed_at),
        ..Default::default()
    };
    let saved = reminder::Entity::update_many()
        .set(row)
        .filter(reminder::Column::Id.eq(reminder.id.uuid()))
        .filter(reminder::Column::Revision.eq(seen.revision))
        .filter(reminder::Column::State.eq(seen.state.as_str()))
        .filter(reminder::Column::DueAt.eq(seen.due_at))
        .exec(db)
        .await?;
    if saved.rows_affected == 0 {
        return Err(Error::conflict("reminder"));
    }
    Ok(())
}

/// Where the next page begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Cursor {
    pub due_at: Timestamp,
    pub id: Uuid,
}

impl From<&Reminder> for Cursor {
    fn from(reminder: &Reminder) -> Self {
        Self {
            due_at: reminder.due_at,
            id: reminder.id.uuid(),
        }
    }
}

/// Up to `limit` reminders after the cursor by time, of one member of staff or of all.
pub(crate) async fn list(
    db: &impl ConnectionTrait,
    staff: Option<StaffId>,
    include_completed: bool,
    after: Option<Cursor>,
    limit: u64,
) -> Result<Vec<Reminder>, Error> {
    let mut states = vec![State::Planned.as_str(), State::Sent.as_str()];
    if include_completed {
        states.push(State::Completed.as_str());
    }
    let mut condition = Condition::all().add(reminder::Column::State.is_in(states));
    if let Some(staff) = staff {
        condition = condition.add(reminder::Column::StaffId.eq(staff.uuid()));
    }
    if let Some(after) = after {
        let same = reminder::Column::DueAt.eq(after.due_at);
        condition = condition.add(
            Condition::any()
                .add(reminder::Column::DueAt.gt(after.due_at))
                .add(same.and(reminder::Column::Id.gt(after.id))),
        );
    }
    let rows = reminder::Entity::find()
        .filter(condition)
        .order_by_asc(reminder::Column::DueAt)
        .order_by_asc(reminder::Column::Id)
        .limit(limit)
        .all(db)
        .await?;
    rows.into_iter().map(from_row).collect()
}

fn from_row(row: reminder::Model) -> Result<Reminder, Error> {
    let state = State::parse(&row.state).ok_or_else(|| broken("state", &row.state))?;
    Ok(Reminder {
        id: ReminderId::from_uuid(row.id),
        about: row.subject_id,
        revision: row.revision,
        kind: row.kind,
        title: row.title,
        staff: row.staff_id.map(StaffId::from_uuid),
        due_at: row.due_at,
        ends_at: row.ends_at,
        state,
        sent_at: row.sent_at,
        completed_at: row.completed_at,
    })
}
