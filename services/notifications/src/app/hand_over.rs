//! The steps of a message's way out. Each is one transaction and one conditional update.

use chrono::TimeDelta;
use clock::Timestamp;
use ids::MessageId;
use uuid::Uuid;

use super::App;
use crate::{
    domain::{
        hand_over::{Next, Outcome, Patience, after},
        message::{Message, State},
    },
    error::Error,
    events,
    store::outgoing::{self, Lease},
};

/// An attempt that has ended.
#[derive(Debug, Clone)]
pub(crate) struct Attempt {
    pub message: Message,
    pub outcome: Outcome,
}

/// Whether there is anything to claim or to take over.
pub(crate) async fn any_due(app: &App) -> Result<(bool, bool), Error> {
    Ok(outgoing::any_due(app.outbox.database().reader(), app.clock.now()).await?)
}

/// Takes up to `most` due messages under a lease.
pub(crate) async fn claim(app: &App, owner: Uuid, most: usize) -> Result<Vec<Message>, Error> {
    let now = app.clock.now();
    let tx = app.outbox.begin().await?;
    let claimed = outgoing::claim(&*tx, lease(app, owner, now), most, now).await?;
    tx.commit().await?;
    Ok(claimed)
}

/// Commits that the text of these messages leaves now. Gives those that may be sent: a message
/// that lost its lease is another process's, and what forbids sending is to be asked here.
pub(crate) async fn commit(
    app: &App,
    owner: Uuid,
    ids: &[MessageId],
) -> Result<Vec<Message>, Error> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let now = app.clock.now();
    let tx = app.outbox.begin().await?;
    let handed = outgoing::hand_over(&*tx, lease(app, owner, now), ids, now).await?;
    tx.commit().await?;
    for message in &handed {
        let waited = (now - message.not_before).to_std().unwrap_or_default();
        app.metrics.handed_over(message.purpose, waited);
    }
    Ok(handed)
}

/// Writes down how attempts ended, and announces what is settled by it.
pub(crate) async fn settle(app: &App, owner: Uuid, attempts: &[Attempt]) -> Result<(), Error> {
    let now = app.clock.now();
    let tx = app.outbox.begin().await?;
    let (mut settled, mut announced) = (Vec::new(), Vec::new());
    for group in grouped(app, attempts, now) {
        let Group { next, tried, ids } = group;
        let now_are = outgoing::settle(&*tx, owner, &next, &ids, tried, now).await?;
        announced.extend(
            now_are
                .iter()
                .filter(|message| message.state.settled())
                .map(|message| events::message_settled(message, now)),
        );
        settled.extend(now_are);
    }
    tx.publish_all(announced).await?;
    tx.commit().await?;
    count(app, &settled);
    Ok(())
}

/// Decides about messages whose process died.
pub(crate) async fn expire(app: &App) -> Result<(), Error> {
    let now = app.clock.now();
    let tx = app.outbox.begin().await?;
    let expired = outgoing::expire(&*tx, now).await?;
    let unknown = expired.iter().filter(|message| message.state.settled());
    let events = unknown
        .map(|message| events::message_settled(message, now))
        .collect();
    tx.publish_all(events).await?;
    tx.commit().await?;
    count(app, &expired);
    Ok(())
}

/// Keeps the leases of messages that are still worked on.
pub(crate) async fn renew(app: &App, owner: Uuid, ids: &[MessageId]) -> Result<(), Error> {
    if ids.is_empty() {
        return Ok(());
    }
    let tx = app.outbox.begin().await?;
    outgoing::renew(&*tx, lease(app, owner, app.clock.now()), ids).await?;
    tx.commit().await?;
    Ok(())
}

struct Group {
    next: Next,
    tried: bool,
    ids: Vec<MessageId>,
}

/// Attempts with the same consequence are written down together.
fn grouped(app: &App, attempts: &[Attempt], now: Timestamp) -> Vec<Group> {
    let patience = Patience {
        delays: app.settings.retry_delays.clone(),
        resend: app.settings.lease,
    };
    let mut groups: Vec<Group> = Vec::new();
    for Attempt { message, outcome } in attempts {
        let tried = *outcome != Outcome::Released;
        // The commit of a hand-over counts the attempt; one that failed before is counted now.
        let before = message.state == State::Queued && tried;
        let made = message.attempts + i64::from(before);
        let next = after(
            outcome.clone(),
            message.purpose,
            made,
            message.give_up_at,
            &patience,
            now,
        );
        match groups
            .iter_mut()
            .find(|group| group.next == next && group.tried == tried)
        {
            Some(group) => group.ids.push(message.id),
            None => groups.push(Group {
                next,
                tried,
                ids: vec![message.id],
            }),
        }
    }
    groups
}

fn lease(app: &App, owner: Uuid, now: Timestamp) -> Lease {
    let length = TimeDelta::from_std(app.settings.lease).unwrap_or(TimeDelta::MAX);
    Lease {
        owner,
        until: now.checked_add_signed(length).unwrap_or(Timestamp::MAX_UTC),
    }
}

fn count(app: &App, messages: &[Message]) {
    for message in messages {
        app.metrics.became(message.purpose, message.state);
    }
}
