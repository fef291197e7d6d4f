//! The steps of a message's way out, each a conditional update. Those of several messages share a
//! transaction where they come together.

use std::collections::{BTreeMap, HashSet};

use chrono::TimeDelta;
use clock::Timestamp;
use ids::MessageId;
use messaging::{Event, Tx};
use persons::reach;
use uuid::Uuid;

use super::App;
use crate::{
    domain::{
        hand_over::{Outcome, Patience, after},
        message::{Message, Purpose, State},
    },
    error::Error,
    events,
    store::outgoing::{self, Ended, Lease, Moved},
};

/// How messages reach people, in the words of consents.
const CHANNEL: &str = "email";

/// An attempt that has ended, and the message as it was claimed.
#[derive(Debug)]
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
    app.wake.claimed(claimed.iter().map(|message| message.id));
    Ok(claimed)
}

/// Hands up to `most` due messages over to the outbox page, and settles them by that. Gives how
/// many.
pub(crate) async fn catch(app: &App, most: usize) -> Result<usize, Error> {
    let now = app.clock.now();
    let tx = app.outbox.begin().await?;
    let mut caught = outgoing::catch(&*tx, most, now).await?;
    let outside = caught.iter().filter(|one| one.purpose.outside());
    let suppressed = suppress(&tx, outside.map(|one| (one.id, one.purpose)), now).await?;
    for one in suppressed {
        caught.retain(|it| it.id != one.id);
        caught.push(one);
    }
    tx.publish_all(announced(&caught, now)).await?;
    tx.commit().await?;
    app.wake.claimed(caught.iter().map(|message| message.id));
    for message in caught.iter().filter(|it| it.state == State::Caught) {
        let waited = (now - message.not_before).to_std().unwrap_or_default();
        app.metrics.handed_over(message.purpose, waited);
    }
    count(app, &caught);
    Ok(caught.len())
}

/// What one transaction writes down, of one attempt or of several.
#[derive(Debug, Default)]
pub(crate) struct Page {
    /// Messages whose text is to leave now.
    pub leaving: Vec<Leaving>,
    pub ended: Vec<Attempt>,
}

/// A message whose text is to leave.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Leaving {
    pub id: MessageId,
    purpose: Purpose,
    since: Timestamp,
}

impl From<&Message> for Leaving {
    fn from(message: &Message) -> Self {
        Self {
            id: message.id,
            purpose: message.purpose,
            since: message.not_before,
        }
    }
}

/// Commits that texts leave now and how attempts ended, and announces what is settled by it.
///
/// Gives the messages that may be sent: one that lost its lease is another process's, and one that
/// its person does not want is suppressed.
pub(crate) async fn write_down(
    app: &App,
    owner: Uuid,
    pages: &[&Page],
) -> Result<HashSet<MessageId>, Error> {
    let now = app.clock.now();
    let leaving: Vec<Leaving> = pages
        .iter()
        .flat_map(|page| &page.leaving)
        .copied()
        .collect();
    let ids: Vec<MessageId> = leaving.iter().map(|one| one.id).collect();
    let tx = app.outbox.begin().await?;
    let handed = outgoing::hand_over(&*tx, lease(app, owner, now), &ids, now).await?;
    let outside = leaving.iter().filter(|one| one.purpose.outside());
    let outside = outside.filter(|one| handed.contains(&one.id));
    let mut settled = suppress(&tx, outside.map(|one| (one.id, one.purpose)), now).await?;
    let mut handed: HashSet<MessageId> = handed.into_iter().collect();
    for one in &settled {
        handed.remove(&one.id);
    }
    for ended in grouped(app, pages.iter().flat_map(|page| &page.ended), now) {
        settled.extend(outgoing::settle(&*tx, owner, &ended, now).await?);
    }
    tx.publish_all(announced(&settled, now)).await?;
    tx.commit().await?;
    for one in leaving.iter().filter(|one| handed.contains(&one.id)) {
        let waited = (now - one.since).to_std().unwrap_or_default();
        app.metrics.handed_over(one.purpose, waited);
    }
    count(app, &settled);
    Ok(handed)
}

/// Settles those of these messages, handed over by this transaction, that their persons refuse.
///
/// Refusals and hand-overs take turns: a text leaves only if nothing forbade it when its hand-over
/// was committed.
async fn suppress(
    tx: &Tx,
    messages: impl Iterator<Item = (MessageId, Purpose)>,
    now: Timestamp,
) -> Result<Vec<Moved>, Error> {
    let mut by_purpose: BTreeMap<&str, Vec<MessageId>> = BTreeMap::new();
    for (id, purpose) in messages {
        by_purpose.entry(purpose.as_str()).or_default().push(id);
    }
    let mut forbidden = Vec::new();
    for (purpose, ids) in by_purpose {
        reach::hold(tx.connection()).await?;
        let (ids, targets): (Vec<_>, Vec<_>) =
            outgoing::targets(&**tx, &ids).await?.into_iter().unzip();
        let refused = reach::refused(tx.connection(), purpose, &targets).await?;
        let refused = ids.into_iter().zip(refused);
        let by_mail = refused.filter(|(_, channels)| channels.contains(CHANNEL));
        forbidden.extend(by_mail.map(|(id, _)| id));
    }
    if forbidden.is_empty() {
        return Ok(Vec::new());
    }
    Ok(outgoing::suppress(&**tx, &forbidden, now).await?)
}

/// Decides about messages whose process died.
pub(crate) async fn expire(app: &App) -> Result<(), Error> {
    let now = app.clock.now();
    let tx = app.outbox.begin().await?;
    let expired = outgoing::expire(&*tx, now).await?;
    tx.publish_all(announced(&expired, now)).await?;
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

/// Attempts with the same consequence are written down together.
fn grouped<'a>(
    app: &App,
    attempts: impl Iterator<Item = &'a Attempt>,
    now: Timestamp,
) -> Vec<Ended> {
    let patience = Patience {
        delays: app.settings.retry_delays.clone(),
        resend: app.settings.lease,
    };
    let mut groups: Vec<Ended> = Vec::new();
    for Attempt { message, outcome } in attempts {
        let tried = *outcome != Outcome::Released;
        // The message is as it was claimed, before this attempt.
        let made = message.attempts + i64::from(tried);
        let next = after(
            outcome.clone(),
            message.purpose,
            made,
            message.give_up_at,
            &patience,
            now,
        );
        let detail = (message.id, next.detail);
        match groups.iter_mut().find(|group| {
            (group.state, group.not_before, group.tried) == (next.state, next.not_before, tried)
        }) {
            Some(group) => group.details.push(detail),
            None => groups.push(Ended {
                state: next.state,
                not_before: next.not_before,
                tried,
                details: vec![detail],
            }),
        }
    }
    groups
}

/// Of a notice to staff nobody else needs to know.
fn announced(messages: &[Moved], now: Timestamp) -> Vec<Event> {
    let settled = messages
        .iter()
        .filter(|message| message.state.settled() && message.purpose.outside());
    settled
        .map(|message| events::message_settled(message, now))
        .collect()
}

fn lease(app: &App, owner: Uuid, now: Timestamp) -> Lease {
    let length = TimeDelta::from_std(app.settings.lease).unwrap_or(TimeDelta::MAX);
    Lease {
        owner,
        until: now.checked_add_signed(length).unwrap_or(Timestamp::MAX_UTC),
    }
}

fn count(app: &App, messages: &[Moved]) {
    for message in messages {
        app.metrics.became(message.purpose, message.state);
    }
}
