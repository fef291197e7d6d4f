//! Messages on their way out: claimed under a lease, handed over, settled. Each step is a
//! conditional update, so that of several processes one does it.

use clock::Timestamp;
use database::Error;
use ids::MessageId;
use sea_orm::{ConnectionTrait, DbBackend, EntityTrait, Value};
use uuid::Uuid;

use super::{entity::message, messages::from_row, placeholders, statement};
use crate::domain::{hand_over::Next, message::Message};

/// Who holds a lease, and how long it is good for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lease {
    pub owner: Uuid,
    pub until: Timestamp,
}

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
    // Where rows are locked, claimers pass by each other instead of queueing.
    let pass = if db.get_database_backend() == DbBackend::Postgres {
        "for update skip locked"
    } else {
        ""
    };
    let sql = format!(
        "update message set lease_owner = $2, lease_until = $3
        where {DUE} and id in (
            select id from message where {DUE} order by not_before limit $4 {pass}
        ) returning *"
    );
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let values = [
        now.into(),
        lease.owner.into(),
        lease.until.into(),
        most.into(),
    ];
    let rows = message::Entity::find()
        .from_raw_sql(statement(db, &sql, values))
        .all(db)
        .await?;
    rows.into_iter().map(from_row).collect()
}

/// Notes that the text of these messages is about to leave. Gives those still held by the owner:
/// of the others, another process decides.
pub(crate) async fn hand_over(
    db: &impl ConnectionTrait,
    lease: Lease,
    ids: &[MessageId],
    now: Timestamp,
) -> Result<Vec<Message>, Error> {
    let list = placeholders(4, ids.len());
    let sql = format!(
        "update message set state = 'handed_over', revision = revision + 1,
            attempts = attempts + 1, handed_over_at = $1, lease_until = $3
        where lease_owner = $2 and state = 'queued' and id in ({list}) returning *"
    );
    let mut values: Vec<Value> = vec![now.into(), lease.owner.into(), lease.until.into()];
    values.extend(ids.iter().map(|id| Value::from(id.uuid())));
    let rows = message::Entity::find()
        .from_raw_sql(statement(db, &sql, values))
        .all(db)
        .await?;
    rows.into_iter().map(from_row).collect()
}

/// Makes leases that are still held good for longer.
pub(crate) async fn renew(
    db: &impl ConnectionTrait,
    lease: Lease,
    ids: &[MessageId],
) -> Result<(), Error> {
    let list = placeholders(3, ids.len());
    let sql = format!(
        "update message set lease_until = $2
        where lease_owner = $1 and state in ('queued', 'handed_over') and id in ({list})"
    );
    let mut values: Vec<Value> = vec![lease.owner.into(), lease.until.into()];
    values.extend(ids.iter().map(|id| Value::from(id.uuid())));
    db.execute_raw(statement(db, &sql, values)).await?;
    Ok(())
}

/// Writes down what became of messages that all come to the same state. Gives those that were
/// still held by the owner, as they are now.
pub(crate) async fn settle(
    db: &impl ConnectionTrait,
    owner: Uuid,
    next: &Next,
    ids: &[MessageId],
    tried: bool,
    now: Timestamp,
) -> Result<Vec<Message>, Error> {
    let list = placeholders(7, ids.len());
    // A refusal before the text was sent is an attempt as well; its hand-over did not count it.
    let sql = format!(
        "update message set state = $2, detail = $3, revision = revision + 1,
            not_before = coalesce($4, not_before), settled_at = $5,
            attempts = attempts + case when $6 and state = 'queued' then 1 else 0 end,
            lease_owner = null, lease_until = null
        where lease_owner = $1 and state in ('queued', 'handed_over') and id in ({list})
        returning *"
    );
    let settled_at = next.state.settled().then_some(now);
    let mut values: Vec<Value> = vec![
        owner.into(),
        next.state.as_str().into(),
        next.detail.clone().into(),
        next.not_before.into(),
        settled_at.into(),
        tried.into(),
    ];
    values.extend(ids.iter().map(|id| Value::from(id.uuid())));
    let rows = message::Entity::find()
        .from_raw_sql(statement(db, &sql, values))
        .all(db)
        .await?;
    rows.into_iter().map(from_row).collect()
}

/// Messages whose process died between hand-over and answer: those that may be sent again are
/// queued, the others are unknown from now on. Gives all of them, as they are now.
pub(crate) async fn expire(
    db: &impl ConnectionTrait,
    now: Timestamp,
) -> Result<Vec<Message>, Error> {
    let sql = format!(
        "update message set revision = revision + 1, lease_owner = null, lease_until = null,
            state = case when class = 'at_least_once' then 'queued' else 'unknown' end,
            settled_at = case when class = 'at_least_once' then null else $1 end,
            not_before = case when class = 'at_least_once' then $1 else not_before end,
            detail = 'the process that sent it ended before the answer came'
        where {EXPIRED} returning *"
    );
    let rows = message::Entity::find()
        .from_raw_sql(statement(db, &sql, [now.into()]))
        .all(db)
        .await?;
    rows.into_iter().map(from_row).collect()
}
