//! Messages on their way out: claimed under a lease, handed over, settled. Each step is a
//! conditional update, so that of several processes one does it.

use clock::Timestamp;
use database::Error;
use ids::MessageId;
use persons::reach::Target;
use sea_orm::{ConnectionTrait, DbBackend, EntityTrait, QueryResult};
use uuid::Uuid;

use super::{
    broken,
    entity::message,
    messages::from_row,
    rows::{self, among, one_of},
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
    /// When it was to go, or is to go again.
    pub not_before: Timestamp,
}

/// Of a [`Moved`] message. What never changes stands in its letter.
const MOVED: &str = "letter_id, revision, state, not_before,
    (select purpose from letter where letter.id = delivery.letter_id) as purpose,
    (select subject_id from letter where letter.id = delivery.letter_id) as subject_id";

const DUE: &str = "state = 'queued' and not_before <= $1
    and (lease_until is null or lease_until <= $1)";
const EXPIRED: &str = "state = 'handed_over' and lease_until <= $1";

/// Whether anything is to be done now, without taking the writer's place.
pub(crate) async fn any_due(
    db: &impl ConnectionTrait,
    now: Timestamp,
) -> Result<(bool, bool), Error> {
    let sql = format!(
        "select exists (select 1 from delivery where {DUE}) as due,
            exists (select 1 from delivery where {EXPIRED}) as expired"
    );
    match db.query_one_raw(statement(db, &sql, [now.into()])).await? {
        Some(row) => Ok((row.try_get("", "due")?, row.try_get("", "expired")?)),
        None => Ok((false, false)),
    }
}

/// A row that is due at `$1` and that this transaction is to change: up to `$2` of them, the
/// longest waiting first.
fn due(backend: DbBackend) -> String {
    // Where rows are locked, claimers pass by each other instead of queueing. What is locked was
    // looked at again and is still due, so an update needs its keys only.
    let pass = if backend == DbBackend::Postgres {
        "for update skip locked"
    } else {
        ""
    };
    let due =
        format!("select letter_id from delivery where {DUE} order by not_before limit $2 {pass}");
    among(backend, "letter_id", &due)
}

fn most(most: usize) -> i64 {
    i64::try_from(most).unwrap_or(i64::MAX)
}

/// Claims up to `count` due messages, the longest waiting first.
pub(crate) async fn claim(
    db: &impl ConnectionTrait,
    lease: Lease,
    count: usize,
    now: Timestamp,
) -> Result<Vec<Message>, Error> {
    let backend = db.get_database_backend();
    let sql = format!(
        "update delivery set lease_owner = $3, lease_until = $4 where {} returning letter_id",
        due(backend)
    );
    let values = [
        now.into(),
        most(count).into(),
        lease.owner.into(),
        lease.until.into(),
    ];
    let claimed = letter_ids(&rows::query(db, &sql, values).await?)?;
    if claimed.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "select * from message where {} order by not_before",
        one_of(backend, "id", "$1")
    );
    let values = [rows::ids(claimed.iter().map(|id| id.uuid()))];
    let claimed = message::Entity::find()
        .from_raw_sql(statement(db, &sql, values))
        .all(db)
        .await?;
    claimed.into_iter().map(from_row).collect()
}

/// Takes up to `count` due messages through hand-over and answer in one step, the longest waiting
/// first: where nothing leaves the machine, nobody can be left in doubt between them.
pub(crate) async fn catch(
    db: &impl ConnectionTrait,
    count: usize,
    now: Timestamp,
) -> Result<Vec<Moved>, Error> {
    // Both changes count, as they do with a mail server.
    let sql = format!(
        "update delivery set state = 'caught', detail = '', revision = revision + 2,
            attempts = attempts + 1, handed_over_at = $1, settled_at = $1,
            lease_owner = null, lease_until = null
        where {} returning {MOVED}",
        due(db.get_database_backend())
    );
    let caught = rows::query(db, &sql, [now.into(), most(count).into()]).await?;
    caught.iter().map(moved).collect()
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
        "update delivery set state = 'handed_over', revision = revision + 1,
            attempts = attempts + 1, handed_over_at = $1, lease_until = $3
        where lease_owner = $2 and state <> 'handed_over' and {} returning letter_id",
        one_of(db.get_database_backend(), "letter_id", "$4")
    );
    let ids = rows::ids(ids.iter().map(|id| id.uuid()));
    let values = [now.into(), lease.owner.into(), lease.until.into(), ids];
    letter_ids(&rows::query(db, &sql, values).await?)
}

/// Whom these messages reach: who bears the address, and whose the lead is.
pub(crate) async fn targets(
    db: &impl ConnectionTrait,
    ids: &[MessageId],
) -> Result<Vec<(MessageId, Target)>, Error> {
    let sql = format!(
        "select id as letter_id, recipient, subject_id from letter where {}",
        one_of(db.get_database_backend(), "id", "$1")
    );
    let ids = rows::ids(ids.iter().map(|id| id.uuid()));
    let found = rows::query(db, &sql, [ids]).await?;
    let target = |row: &QueryResult| {
        let target = Target {
            person: None,
            keys: vec![
                row.try_get("", "recipient")?,
                row.try_get("", "subject_id")?,
            ],
        };
        Ok((MessageId::from_uuid(row.try_get("", "letter_id")?), target))
    };
    found.iter().map(target).collect()
}

/// Settles messages that are not to be sent, in the transaction that was to hand them over.
pub(crate) async fn suppress(
    db: &impl ConnectionTrait,
    ids: &[MessageId],
    now: Timestamp,
) -> Result<Vec<Moved>, Error> {
    // The hand-over counted an attempt that is not made.
    let sql = format!(
        "update delivery set state = 'suppressed', detail = 'consent refused',
            revision = revision + 1, attempts = attempts - 1, handed_over_at = null,
            settled_at = $1, lease_owner = null, lease_until = null
        where {} returning {MOVED}",
        one_of(db.get_database_backend(), "letter_id", "$2")
    );
    let ids = rows::ids(ids.iter().map(|id| id.uuid()));
    let suppressed = rows::query(db, &sql, [now.into(), ids]).await?;
    suppressed.iter().map(moved).collect()
}

/// Makes leases that are still held good for longer.
pub(crate) async fn renew(
    db: &impl ConnectionTrait,
    lease: Lease,
    ids: &[MessageId],
) -> Result<(), Error> {
    let sql = format!(
        "update delivery set lease_until = $2
        where lease_owner = $1 and state in ('queued', 'handed_over') and {}",
        one_of(db.get_database_backend(), "letter_id", "$3")
    );
    let ids = rows::ids(ids.iter().map(|id| id.uuid()));
    let values = [lease.owner.into(), lease.until.into(), ids];
    rows::execute(db, sql, values).await?;
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
        "update delivery set state = $2, detail = {}, revision = revision + 1,
            not_before = coalesce($3, not_before), settled_at = $4,
            attempts = attempts + case when $5 and state = 'queued' then 1 else 0 end,
            lease_owner = null, lease_until = null
        where lease_owner = $1 and state in ('queued', 'handed_over') and {} returning {MOVED}",
        rows::text_of(backend, "letter_id", 6),
        one_of(backend, "letter_id", "$7")
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
        "update delivery set revision = revision + 1, lease_owner = null, lease_until = null,
            state = case when class = 'at_least_once' then 'queued' else 'unknown' end,
            settled_at = case when class = 'at_least_once' then null else $1 end,
            not_before = case when class = 'at_least_once' then $1 else not_before end,
            detail = 'the process that sent it ended before the answer came'
        where {EXPIRED} returning {MOVED}"
    );
    let expired = rows::query(db, &sql, [now.into()]).await?;
    expired.iter().map(moved).collect()
}

fn letter_ids(rows: &[QueryResult]) -> Result<Vec<MessageId>, Error> {
    rows.iter()
        .map(|row| Ok(MessageId::from_uuid(row.try_get("", "letter_id")?)))
        .collect()
}

fn moved(row: &QueryResult) -> Result<Moved, Error> {
    let purpose: String = row.try_get("", "purpose")?;
    let state: String = row.try_get("", "state")?;
    Ok(Moved {
        id: MessageId::from_uuid(row.try_get("", "letter_id")?),
        revision: row.try_get("", "revision")?,
        purpose: Purpose::parse(&purpose).ok_or_else(|| broken("purpose", &purpose))?,
        about: row.try_get("", "subject_id")?,
        state: State::parse(&state).ok_or_else(|| broken("state", &state))?,
        not_before: row.try_get("", "not_before")?,
    })
}
