use ids::StaffId;

use super::{App, again::again};
use crate::{domain::scan::Scan, error::Error, store};

/// Asks for a scan of the whole client base. While one runs, that one is answered.
pub async fn scan_duplicates(app: &App, by: Option<StaffId>) -> Result<Scan, Error> {
    again(|| attempt(app, by)).await
}

async fn attempt(app: &App, by: Option<StaffId>) -> Result<Scan, Error> {
    let tx = app.outbox.begin().await?;
    let mut scan = store::scans::find(&*tx).await?;
    let seen = scan.revision;
    if scan.start(by, app.clock.now()) {
        store::scans::save(&tx, &scan, seen).await?;
        tx.commit().await?;
    }
    Ok(scan)
}
