//! Messages on their way out: claimed under a lease, handed over, settled. Each step is a
//! conditional update, so that of several processes one does it.

use clock::Timestamp;
use database::Error;
use ids::MessageId;
use sea_orm::{ConnectionTrait, DbBackend, EntityTrait, QueryResult};
use uuid::Uuid;

use super::{
    broken,
    entity::message,
    messages::from_row,
    rows::{self, among, bound},
    statement,
};
use crate::domain::message::{Message, Purpose, State};

/// Who holds a lease, and how long it is good for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lease {
    pub owner: Uuid,
    pub until: Timestamp,
}

/// A message as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Moved {
    pub id: MessageId,
    pub revision: i64,
    pub purpose: Purpose,
    pub about: String,
    pub state: State,
}

/// Of a [`Moved`] message. Its texts stay where they are: they are long.
const MOVED: &str = "id, revision, purpose, subject_id, state";

const DUE: &str = "state = 'queued' and not_before <= $1
    and (lease_until is null or lease_until <= $1)";
const EXPIRED: &str = "state = 'handed_over' and lease_until <= $1";

/// Whether anything is to be done now, without taking the writer's place.
pub(crate) async fn any_due(
    db: &impl ConnectionTrait,
    now: Timestamp,
) -> Result<(bool, bool), Error> {
    let sql = format!(
        "select exists (select 1 from message where {DUE}) as due,
            exists (select 1 from message where {EXPIRED}) as expired"
    );
    match db.query_one_raw(statement(db, &sql, [now.into()])).await? {
        Some(row) => Ok((row.try_get("", "due")?, row.try_get("", "expired")?)),
        None => Ok((false, false)),
    }
}

/// Claims up to `most` due messages, the longest waiting first.
pub(crate) async fn claim(
    db: &impl ConnectionTrait,
    lease: Lease,
    most: usize,
    now: Timestamp,
) -> Result<Vec<Message>, Error> {
    let backend = db.get_database_backend();
    // Where rows are locked, claimers pass by each other instead of queueing. What is locked was
    // looked at again and is still due, so the update needs its keys only.
    let pass = if backend == DbBackend::Postgres {
        "for update skip locked"
    } else {
        ""
    };
    let due = format!("select id from message where {DUE} order by not_before limit $4 {pass}");
    let sql = format!(
        "update message set lease_owner = $2, lease_until = $3 where {} returning *",
        among(backend, "id", &due)
    );
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let values = [
        now.into(),
        lease.owner.into(),
        lease.until.into(),
        most.into(),
    ];
    let claimed = message::Entity::find()
        .from_raw_sql(statement(db, &sql, values))
        .all(db)
        .await?;
    claimed.into_iter().map(from_row).collect()
}

/// Notes that the text of these messages is about to leave. Gives those still held by the owner:
/// of the others, another process decides.
pub(crate) async fn hand_over(
    db: &impl ConnectionTrait,
    lease: Lease,
    ids: &[MessageId],
    now: Timestamp,
) -> Result<Vec<MessageId>, Error> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    // What is leased is queued or handed over. Asked for what is `queued`, PostgreSQL may prefer the
    // index of all that wait, with the dead entries of all that waited.
    let sql = format!(
        "update message set state = 'handed_over', revision = revision + 1,
            attempts = attempts + 1, handed_over_at = $1, lease_until = $3
        where lease_owner = $2 and state <> 'handed_over' and {} returning id",
        bound(db.get_database_backend(), "id", 4)
    );
    let ids = rows::ids(ids.iter().map(|id| id.uuid()));
    let values = [now.into(), lease.owner.into(), lease.until.into(), ids];
    let handed = rows::query(db, &sql, values).await?;
    handed
        .into_iter()
        .map(|row| Ok(MessageId::from_uuid(row.try_get("", "id")?)))
        .collect()
}

/// Makes leases that are still held good for longer.
pub(crate) async fn renew(
    db: &impl ConnectionTrait,
    lease: Lease,
    ids: &[MessageId],
) -> Result<(), Error> {
    let sql = format!(
        "update message set lease_until = $2
        where lease_owner = $1 and state in ('queued', 'handed_over') and {}",
        bound(db.get_database_backend(), "id", 3)
    );
    let ids = rows::ids(ids.iter().map(|id| id.uuid()));
    let values = [lease.owner.into(), lease.until.into(), ids];
    db.execute_raw(statement(db, &sql, values)).await?;
    Ok(())
}

/// Attempts that differ in what was said only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ended {
    pub state: State,
    /// For messages that are queued again.
    pub not_before: Option<Timestamp>,
    /// Whether the mail server was asked at all.
    pub tried: bool,
    /// Which messages, and what was said of each.
    pub details: Vec<(MessageId, String)>,
}

/// Writes down how attempts ended. Gives the messages that were still held by the owner.
pub(crate) async fn settle(
    db: &impl ConnectionTrait,
    owner: Uuid,
    ended: &Ended,
    now: Timestamp,
) -> Result<Vec<Moved>, Error> {
    let backend = db.get_database_backend();
    // A refusal before the text was sent is an attempt as well; its hand-over did not count it.
    let sql = format!(
        "update message set state = $2, detail = {}, revision = revision + 1,
            not_before = coalesce($3, not_before), settled_at = $4,
            attempts = attempts + case when $5 and state = 'queued' then 1 else 0 end,
            lease_owner = null, lease_until = null
        where lease_owner = $1 and state in ('queued', 'handed_over') and {} returning {MOVED}",
        rows::text_of_id(backend, 6),
        bound(backend, "id", 7)
    );
    let details = ended.details.iter();
    let values = [
        owner.into(),
        ended.state.as_str().into(),
        ended.not_before.into(),
        ended.state.settled().then_some(now).into(),
        ended.tried.into(),
        rows::texts(details.map(|(id, detail)| (id.uuid(), detail.as_str()))),
        rows::ids(ended.details.iter().map(|(id, _)| id.uuid())),
    ];
    let settled = rows::query(db, &sql, values).await?;
    settled.iter().map(moved).collect()
}

/// Messages whose process died between hand-over and answer: those that may be sent again are
/// queued, the others are unknown from now on. Gives all of them.
pub(crate) async fn expire(db: &impl ConnectionTrait, now: Timestamp) -> Result<Vec<Moved>, Error> {
    let sql = format!(
        "update message set revision = revision + 1, lease_owner = null, lease_until = null,
            state = case when class = 'at_least_once' then 'queued' else 'unknown' end,
            settled_at = case when class = 'at_least_once' then null else $1 end,
            not_before = case when class = 'at_least_once' then $1 else not_before end,
            detail = 'the process that sent it ended before the answer came'
        where {EXPIRED} returning {MOVED}"
    );
    let expired = rows::query(db, &sql, [now.into()]).await?;
    expired.iter().map(moved).collect()
}

fn moved(row: &QueryResult) -> Result<Moved, Error> {
    let purpose: String = row.try_get("", "purpose")?;
    let state: String = row.try_get("", "state")?;
    Ok(Moved {
        id: MessageId::from_uuid(row.try_get("", "id")?),
        revision: row.try_get("", "revision")?,
        purpose: Purpose::parse(&purpose).ok_or_else(|| broken("purpose", &purpose))?,
        about: row.try_get("", "subject_id")?,
        state: State::parse(&state).ok_or_else(|| broken("state", &state))?,
    })
}
