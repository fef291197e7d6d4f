//! Events become facts of the log.

use messaging::{BatchError, HandlerError, Received, Tx};

use super::App;
use crate::domain::fact::Fact;
use crate::error::Error;
use crate::reading::{self, Kept};
use crate::store::log::{self, Entry};
use uuid::Uuid;

/// Appends what events say; those that are in the log already are left out.
pub async fn keep_facts<M: Kept + Clone>(
    app: &App,
    tx: &Tx,
    events: &[Received<M>],
) -> Result<(), BatchError> {
    let mut entries = Vec::with_capacity(events.len());
    for (place, event) in events.iter().enumerate() {
        let entry = read(event).map_err(|error| BatchError::at(place, error))?;
        entries.extend(entry);
    }
    let appended = log::append(&**tx, entries, app.clock.now()).await;
    appended.map_err(|error| HandlerError::from(Error::from(error)))?;
    app.appended.notify_one();
    Ok(())
}

/// The fact that an event is, and its counterpart if there is one.
fn read<M: Kept + Clone>(event: &Received<M>) -> Result<Vec<Entry>, HandlerError> {
    let what = reading::read(&event.message, event.at).map_err(Error::from)?;
    let fact = Fact {
        id: event.event_id,
        at: event.at,
        revision: event.revision,
        what,
    };
    let counterpart = fact.counterpart();
    let payload = event.message.clone().kept().encode_to_vec();
    let mut entries = vec![entry(&fact, M::KIND, payload.clone())];
    if let Some(other) = counterpart {
        let kind = reading::counterpart_of(M::KIND).unwrap_or(M::KIND);
        entries.push(entry(&other, kind, payload));
    }
    Ok(entries)
}

fn entry(fact: &Fact, kind: i16, payload: Vec<u8>) -> Entry {
    Entry {
        event: fact.id,
        kind,
        subject: fact.subject(),
        revision: fact.revision,
        at: fact.at,
        payload,
    }
}

/// Appends facts of this service itself: the event's id, the revision, the message.
pub async fn keep_own<M: Kept>(
    app: &App,
    tx: &Tx,
    facts: Vec<(Uuid, i64, M)>,
) -> Result<(), Error> {
    let now = app.clock.now();
    let entries = facts.into_iter().map(|(event, revision, message)| Entry {
        event,
        kind: M::KIND,
        subject: Uuid::nil(),
        revision,
        at: now,
        payload: message.kept().encode_to_vec(),
    });
    log::append(&**tx, entries.collect(), now).await?;
    Ok(())
}
