//! Opens and changes doors, and finds the one that something came by.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use clock::Timestamp;
use ids::DoorId;

use super::App;
use crate::{
    domain::door::{Door, DoorKind},
    error::Error,
    store::doors,
};

/// A change by another process counts after so long at the latest.
const KNOWN_FOR: Duration = Duration::from_secs(1);
/// Doors that are remembered at most.
const KNOWN_MAX: usize = 10_000;

/// Doors used a moment ago, by key: what comes by them needs no query of its own.
#[derive(Default)]
pub struct Known(Mutex<HashMap<String, (Instant, Arc<Door>)>>);

impl Known {
    fn get(&self, key: &str) -> Option<Arc<Door>> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (since, door) = known.get(key)?;
        (since.elapsed() < KNOWN_FOR).then(|| Arc::clone(door))
    }

    fn put(&self, door: Door) -> Arc<Door> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= KNOWN_MAX {
            known.clear();
        }
        let door = Arc::new(door);
        known.insert(door.key.clone(), (Instant::now(), Arc::clone(&door)));
        door
    }

    fn forget(&self, key: &str) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.remove(key);
    }
}

/// The door with this key in its path, as it is or was a second ago.
pub async fn by_key(app: &App, key: &str) -> Result<Option<Arc<Door>>, Error> {
    if let Some(door) = app.doors.get(key) {
        return Ok(Some(door));
    }
    let found = doors::by_key(app.reader(), key).await?;
    Ok(found.map(|door| app.doors.put(door)))
}

/// Opens a door. The same id again returns the door as it is, without its secret.
pub async fn create_door(app: &App, door: Door) -> Result<(Door, Option<String>), Error> {
    let tx = app.outbox.begin().await?;
    if let Some(known) = doors::find(tx.connection(), door.id).await? {
        return Ok((known, None));
    }
    if doors::by_key(tx.connection(), &door.key).await?.is_some() {
        return Err(Error::DoorKeyTaken);
    }
    let written = doors::insert(tx.connection(), &door).await;
    written.map_err(|error| {
        if error.violates("door_key_key") {
            Error::DoorKeyTaken
        } else {
            error.into()
        }
    })?;
    tx.commit().await?;
    let secret = Some(door.secret.clone()).filter(|secret| !secret.is_empty());
    Ok((door, secret))
}

/// Changes or closes a door; kind, key and secret stay.
pub async fn update_door(app: &App, door: Door) -> Result<Door, Error> {
    let tx = app.outbox.begin().await?;
    let known = doors::find(tx.connection(), door.id)
        .await?
        .ok_or(Error::DoorNotFound)?;
    let door = Door {
        kind: known.kind,
        key: known.key,
        secret: known.secret,
        created_at: known.created_at,
        ..door
    };
    doors::update(tx.connection(), &door).await?;
    tx.commit().await?;
    app.doors.forget(&door.key);
    Ok(door)
}

/// A door that is not stored yet.
pub fn blank(id: Option<DoorId>, kind: DoorKind, key: &str, now: Timestamp) -> Door {
    let id = id.unwrap_or_else(DoorId::generate);
    let key = if key.is_empty() {
        hex::encode(rand::random::<[u8; 8]>())
    } else {
        key.to_owned()
    };
    let secret = match kind {
        DoorKind::Line => hex::encode(rand::random::<[u8; 32]>()),
        DoorKind::Form | DoorKind::Mailbox => String::new(),
    };
    Door {
        id,
        kind,
        key,
        secret,
        name: String::new(),
        campaign: None,
        activity: None,
        topic: String::new(),
        locale: String::new(),
        country: String::new(),
        responsible: None,
        allowed_origins: Vec::new(),
        redirect_url: String::new(),
        active: true,
        created_at: now,
    }
}
