//! What belongs to persons that were erased. Events that tell of it are handled without the words they carry, so none
//! brings back what was taken out: not late, not out of order and not by replay.

mod strip;

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use clock::Timestamp;
use database::{
    Error,
    rows::{self, Kind, Table, hex, one_of, time},
};
use sea_orm::{ConnectionTrait, DbBackend};
use serde_json::json;
use uuid::Uuid;

use crate::{event::RawEvent, sql};

/// Full name of an event, numbers of the fields that say what it is about, and the ways to those that say something
/// of a person.
pub type Personal = (&'static str, &'static [u32], &'static [&'static [u32]]);

const ERASED: Table = Table {
    name: "erased",
    columns: &[("id", Kind::Id), ("erased_at", Kind::Time)],
};

/// Waits until nothing is handled that was asked about before, and notes what must not come back from now on. What
/// is written after it in this transaction sees all that such events have brought.
///
/// Events that are parked lose their words too.
pub async fn mark<C: ConnectionTrait>(
    db: &C,
    personal: &[Personal],
    ids: &BTreeSet<Uuid>,
    at: Timestamp,
) -> Result<(), Error> {
    let turn = "update erased_turn set turns = turns + 1 where id = 1";
    rows::execute(db, turn, []).await?;
    let row = |id: &Uuid| json!([hex(*id), time(at)]);
    ERASED.insert_new(db, ids.iter().map(row).collect()).await?;
    strip_parked(db, personal, ids).await
}

/// Which of these were erased, and when.
pub async fn of<C: ConnectionTrait>(
    db: &C,
    ids: impl IntoIterator<Item = Uuid>,
) -> Result<BTreeMap<Uuid, Timestamp>, Error> {
    let ids: BTreeSet<Uuid> = ids.into_iter().collect();
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let found = one_of(db.get_database_backend(), "id", "$1");
    let statement = format!("select id, erased_at from erased where {found}");
    let found = sql::query(db, statement, [rows::ids(ids)]).await?;
    let erased = found.iter().map(|row| {
        let (id, at) = (row.try_get("", "id")?, row.try_get("", "erased_at")?);
        Ok((id, at))
    });
    erased.collect()
}

/// The events that tell of what was erased, without their words, each by its place. Nobody erases anything until the
/// end of the transaction.
pub(crate) async fn screen<C: ConnectionTrait>(
    db: &C,
    personal: &[Personal],
    events: &[&RawEvent],
) -> Result<BTreeMap<usize, RawEvent>, Error> {
    let about = |(place, event): (usize, &&RawEvent)| {
        let entry = entry(personal, &event.kind)?;
        Some((place, entry, strip::ids(&event.payload, entry.1)))
    };
    let asked: Vec<_> = events.iter().enumerate().filter_map(about).collect();
    if asked.is_empty() {
        return Ok(BTreeMap::new());
    }
    hold(db).await?;
    let ids = asked.iter().flat_map(|(_, _, ids)| ids.iter().copied());
    let erased = of(db, ids).await?;
    let theirs = asked
        .into_iter()
        .filter(|(_, _, ids)| ids.iter().any(|id| erased.contains_key(id)));
    let stripped = theirs.filter_map(|(place, entry, _)| {
        let event = (*events.get(place)?).clone();
        let payload = strip::without(&event.payload, entry.2);
        let payload = Bytes::from(payload);
        Some((place, RawEvent { payload, ..event }))
    });
    Ok(stripped.collect())
}

/// Waits until what is being erased is, and lets nobody erase anything until the end of the transaction: of a command
/// that brings words. On SQLite the only writer has the turn anyway.
pub async fn hold<C: ConnectionTrait>(db: &C) -> Result<(), Error> {
    if db.get_database_backend() == DbBackend::Postgres {
        let turn = "select id from erased_turn where id = 1 for share";
        sql::query(db, turn, []).await?;
    }
    Ok(())
}

async fn strip_parked<C: ConnectionTrait>(
    db: &C,
    personal: &[Personal],
    erased: &BTreeSet<Uuid>,
) -> Result<(), Error> {
    let statement = "select consumer, event_id, subject, payload from parked";
    for row in sql::query(db, statement, []).await? {
        let kind: String = row.try_get("", "subject")?;
        let payload: Vec<u8> = row.try_get("", "payload")?;
        let Some(entry) = entry(personal, &kind) else {
            continue;
        };
        if strip::ids(&payload, entry.1).is_disjoint(erased) {
            continue;
        }
        let consumer: String = row.try_get("", "consumer")?;
        let event: Uuid = row.try_get("", "event_id")?;
        let payload = strip::without(&payload, entry.2);
        // What went wrong may name what it went wrong with.
        let statement = "update parked set payload = $3, error = '' \
                         where consumer = $1 and event_id = $2";
        let binds = [consumer.into(), event.into(), payload.into()];
        sql::execute(db, statement, binds).await?;
    }
    Ok(())
}

fn entry<'a>(personal: &'a [Personal], kind: &str) -> Option<&'a Personal> {
    let place = personal.binary_search_by(|(event, ..)| (*event).cmp(kind));
    personal.get(place.ok()?)
}
