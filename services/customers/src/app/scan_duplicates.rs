use ids::StaffId;

use super::{App, again::again};
use crate::{
    domain::scan::{Bulk, Scan},
    error::Error,
    store,
};

pub struct ScanDuplicates {
    /// What it may merge by itself, if anything.
    pub bulk: Option<Bulk>,
    pub by: Option<StaffId>,
}

/// Asks for a scan of the whole client base. While one runs, that one is answered.
pub async fn scan_duplicates(app: &App, cmd: ScanDuplicates) -> Result<Scan, Error> {
    again(|| attempt(app, &cmd)).await
}

async fn attempt(app: &App, cmd: &ScanDuplicates) -> Result<Scan, Error> {
    let tx = app.outbox.begin().await?;
    let mut scan = store::scans::find(&*tx).await?;
    let seen = scan.revision;
    if scan.start(cmd.bulk, cmd.by, app.clock.now()) {
        store::scans::save(&tx, &scan, seen).await?;
        tx.commit().await?;
    }
    Ok(scan)
}
