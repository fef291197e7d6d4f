//! The work on a rematch: chunk by chunk, each with its progress in one transaction.
//!
//! One process at a time is at it. It says so with each chunk; after a silence another one goes on
//! from where it came to.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::time::{MissedTickBehavior, interval, sleep};
use tokio_util::sync::CancellationToken;

use super::{App, findings::Findings};
use crate::{
    domain::rematch::{Rematch, State, Tally},
    error::Error,
    store::rematches::{self, Stored},
};

/// How often it is looked whether there is something to do.
const INTERVAL: Duration = Duration::from_secs(1);
/// Records of one transaction: some milliseconds of deciding.
const CHUNK: u64 = 100;
/// How often a chunk is begun anew when somebody else came first. Then it waits for the next look.
const ATTEMPTS: u32 = 8;
/// How long callers who queue for commits go first between two chunks, and how often it is looked.
const WAY: Duration = Duration::from_millis(500);
const WAY_STEP: Duration = Duration::from_millis(5);

/// Looks for rematches to be done until the process ends.
pub async fn run(app: Arc<App>, shutdown: CancellationToken) -> anyhow::Result<()> {
    let mut ticks = interval(INTERVAL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = shutdown.cancelled() => return Ok(()),
            _ = ticks.tick() => match work(&app, &shutdown).await {
                // The database is away: what is left waits for the next look.
                Err(error) if error.is_outage() => {}
                result => result?,
            },
        }
    }
}

/// Does what there is to do, if nobody else is at it.
pub async fn work(app: &App, shutdown: &CancellationToken) -> Result<(), Error> {
    let mut mine = take(app).await?;
    while let Some(rematch) = mine {
        if shutdown.is_cancelled() {
            return leave(app, rematch).await;
        }
        give_way(app).await;
        mine = match step(app, &rematch).await {
            // Live intake keeps coming first.
            Err(error) if error.is_race() => return leave(app, rematch).await,
            result => result?,
        };
    }
    Ok(())
}

/// The rematch that runs, if nobody is at it.
pub async fn take(app: &App) -> Result<Option<Rematch>, Error> {
    let Some(mut rematch) = rematches::active(app.reader()).await? else {
        return Ok(None);
    };
    let seen = rematch.revision;
    // While processes are changed one after the other, those with other rules leave it alone.
    if rematch.rules != app.model.rules() || !rematch.take(app.clock.now()) {
        return Ok(None);
    }
    match save(app, &rematch, seen).await {
        Err(error) if error.is_race() => Ok(None),
        result => result.map(|()| Some(rematch)),
    }
}

/// Decides the next chunk; answers the rematch as it stands then, if it goes on and is this process's
/// still.
pub async fn step(app: &App, rematch: &Rematch) -> Result<Option<Rematch>, Error> {
    let records = rematches::records_after(app.reader(), rematch.position, CHUNK).await?;
    if records.is_empty() {
        end(app, rematch).await?;
        return Ok(None);
    }
    match attempt(app, rematch, &records).await {
        // One of them may be what cannot be decided; the others shall not suffer by it.
        Err(error) if !error.is_race() && !error.is_outage() => {
            one_by_one(app, rematch, &records).await
        }
        result => result,
    }
}

async fn one_by_one(
    app: &App,
    rematch: &Rematch,
    records: &[Stored],
) -> Result<Option<Rematch>, Error> {
    let mut rematch = rematch.clone();
    for record in records {
        let single = std::slice::from_ref(record);
        let after = match attempt(app, &rematch, single).await {
            Err(error) if !error.is_race() && !error.is_outage() => {
                tell(record, &error);
                commit(app, &rematch, single, Findings::none(1)).await?
            }
            result => result?,
        };
        match after {
            Some(after) => rematch = after,
            None => return Ok(None),
        }
    }
    Ok(Some(rematch))
}

fn tell(record: &Stored, error: &Error) {
    let error = error as &dyn std::error::Error;
    tracing::error!(error, record.id = %record.id.0, "record not decided anew");
}

/// Decides records, begun anew when somebody else came first.
async fn attempt(
    app: &App,
    rematch: &Rematch,
    records: &[Stored],
) -> Result<Option<Rematch>, Error> {
    let mut tried = 0;
    loop {
        tried += 1;
        let once = async {
            // Outside the transaction, so that on SQLite nobody waits for the deciding.
            let findings = Findings::of(app, records).await?;
            commit(app, rematch, records, findings).await
        };
        match once.await {
            Err(error) if error.is_race() && tried < ATTEMPTS => sleep(WAY_STEP * tried).await,
            result => return result,
        }
    }
}

/// Writes what was found together with how far it is, unless somebody stopped it.
async fn commit(
    app: &App,
    rematch: &Rematch,
    records: &[Stored],
    findings: Findings,
) -> Result<Option<Rematch>, Error> {
    let now = app.clock.now();
    let tx = app.outbox.begin().await?;
    let db = tx.connection();
    let current = rematches::lock(db, rematch.id).await?;
    let is_mine = |current: &Rematch| current.revision == rematch.revision;
    let (Some(mut current), Some(last)) = (current.filter(is_mine), records.last()) else {
        return Ok(None);
    };
    let examined = i64::try_from(records.len()).unwrap_or(i64::MAX);
    let found = Tally {
        examined,
        ..findings.write(db, now).await?
    };
    current.advance(last.id, found, now);
    rematches::save(db, &current, rematch.revision).await?;
    tx.commit().await?;
    Ok(Some(current).filter(|current| current.state == State::Running))
}

async fn end(app: &App, rematch: &Rematch) -> Result<(), Error> {
    let mut ended = rematch.clone();
    ended.end(app.clock.now());
    match save(app, &ended, rematch.revision).await {
        // Somebody stopped it just now.
        Err(error) if error.is_race() => Ok(()),
        result => result,
    }
}

/// Leaves it to whoever looks next.
async fn leave(app: &App, mut rematch: Rematch) -> Result<(), Error> {
    let seen = rematch.revision;
    rematch.leave();
    match save(app, &rematch, seen).await {
        Err(error) if error.is_race() => Ok(()),
        result => result,
    }
}

async fn save(app: &App, rematch: &Rematch, seen: i64) -> Result<(), Error> {
    let tx = app.outbox.begin().await?;
    rematches::save(tx.connection(), rematch, seen).await?;
    tx.commit().await?;
    Ok(())
}

/// Callers before followers, but not for ever.
async fn give_way(app: &App) {
    let since = Instant::now();
    while app.queue.is_busy() && since.elapsed() < WAY {
        sleep(WAY_STEP).await;
    }
}
