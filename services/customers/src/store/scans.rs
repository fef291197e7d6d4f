//! The last scan for duplicates.

use database::Error;
use ids::{MergeBatchId, StaffId};
use messaging::Tx;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::entity::duplicate_scan;
use crate::domain::scan::{Bulk, Scan, State};

/// The table has this one row.
const ONLY: i64 = 1;

pub async fn find(db: &impl ConnectionTrait) -> Result<Scan, Error> {
    let row = duplicate_scan::Entity::find_by_id(ONLY).one(db).await?;
    let row = row.ok_or_else(|| Error::conflict("scan"))?;
    Ok(Scan {
        revision: row.revision,
        state: State::parse(&row.state).unwrap_or(State::Never),
        scanned: row.scanned,
        total: row.total,
        found: row.found,
        bulk: (row.merge_from_ppm > 0).then(|| Bulk {
            from_ppm: row.merge_from_ppm,
            batch: row.batch_id.map(MergeBatchId::from_uuid),
        }),
        merged: row.merged,
        started_by: row.started_by.map(StaffId::from_uuid),
        started_at: row.started_at,
        seen_at: row.seen_at,
        ended_at: row.ended_at,
    })
}

/// Saves over the revision that was seen; a conflict if somebody else came first.
pub async fn save(tx: &Tx, scan: &Scan, seen: i64) -> Result<(), Error> {
    let row = duplicate_scan::ActiveModel {
        id: Set(ONLY),
        revision: Set(scan.revision),
        state: Set(scan.state.as_str().to_owned()),
        scanned: Set(scan.scanned),
        total: Set(scan.total),
        found: Set(scan.found),
        started_by: Set(scan.started_by.map(StaffId::uuid)),
        started_at: Set(scan.started_at),
        seen_at: Set(scan.seen_at),
        ended_at: Set(scan.ended_at),
        merge_from_ppm: Set(scan.bulk.map_or(0, |bulk| bulk.from_ppm)),
        dry_run: Set(scan.bulk.is_some_and(|bulk| bulk.batch.is_none())),
        batch_id: Set(scan
            .bulk
            .and_then(|bulk| bulk.batch)
            .map(MergeBatchId::uuid)),
        merged: Set(scan.merged),
    };
    let saved = duplicate_scan::Entity::update_many()
        .set(row)
        .filter(duplicate_scan::Column::Id.eq(ONLY))
        .filter(duplicate_scan::Column::Revision.eq(seen))
        .exec(&**tx)
        .await?;
    if saved.rows_affected == 1 {
        Ok(())
    } else {
        Err(Error::conflict("scan"))
    }
}
