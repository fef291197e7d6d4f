//! Files of campaigns, and the objects that hold their content.

use chrono::{DateTime, Utc};
use database::Error as DatabaseError;
use ids::{CampaignId, FileId, StaffId};
use messaging::Tx;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect, sea_query::Expr,
};
use uuid::Uuid;

use super::{
    Cursor,
    entity::{file, file_object},
    paging,
};
use crate::{domain::file::File, error::Error, refusal::Refusal};

const UPLOADING: &str = "uploading";
const STORED: &str = "stored";
const DOOMED: &str = "doomed";

/// A file and where its content lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    pub file: File,
    pub object: Uuid,
}

pub async fn find(db: &impl ConnectionTrait, id: FileId) -> Result<Option<Kept>, DatabaseError> {
    let row = file::Entity::find_by_id(id.uuid()).one(db).await?;
    Ok(row.map(from_row))
}

/// The file, or the refusal that the campaign has no such one.
pub async fn get(
    db: &impl ConnectionTrait,
    campaign: CampaignId,
    id: FileId,
) -> Result<Kept, Error> {
    find(db, id)
        .await?
        .filter(|kept| kept.file.campaign == campaign)
        .ok_or(Error::Refused(Refusal::FileNotFound(id)))
}

pub async fn insert(tx: &Tx, kept: &Kept) -> Result<(), DatabaseError> {
    let file = &kept.file;
    let row = file::ActiveModel {
        id: Set(file.id.uuid()),
        campaign_id: Set(file.campaign.uuid()),
        name: Set(file.name.clone()),
        content_type: Set(file.content_type.clone()),
        size: Set(file.size),
        sha256: Set(file.sha256.clone()),
        note: Set(file.note.clone()),
        uploaded_by: Set(file.uploaded_by.map(StaffId::uuid)),
        uploaded_at: Set(file.uploaded_at),
        removed: Set(file.removed),
        object_id: Set(kept.object),
    };
    file::Entity::insert(row)
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

/// Marks a file as taken out; `false` if it was.
pub async fn mark_removed(tx: &Tx, id: FileId) -> Result<bool, DatabaseError> {
    let marked = file::Entity::update_many()
        .col_expr(file::Column::Removed, Expr::value(true))
        .filter(file::Column::Id.eq(id.uuid()))
        .filter(file::Column::Removed.eq(false))
        .exec(&**tx)
        .await?;
    Ok(marked.rows_affected == 1)
}

/// Up to `limit` files before the cursor, newest first.
pub async fn list(
    db: &impl ConnectionTrait,
    campaign: CampaignId,
    removed: bool,
    before: Option<&Cursor>,
    limit: u64,
) -> Result<Vec<File>, DatabaseError> {
    let present = (!removed).then(|| file::Column::Removed.eq(false));
    let rows = file::Entity::find()
        .filter(file::Column::CampaignId.eq(campaign.uuid()))
        .filter(Condition::all().add_option(present))
        .filter(paging::before(
            file::Column::UploadedAt,
            file::Column::Id,
            before,
        ))
        .order_by_desc(file::Column::UploadedAt)
        .order_by_desc(file::Column::Id)
        .limit(limit)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| from_row(row).file).collect())
}

/// Writes down that an object is about to be.
pub async fn begin_object(tx: &Tx, object: Uuid, now: DateTime<Utc>) -> Result<(), DatabaseError> {
    let row = file_object::ActiveModel {
        id: Set(object),
        state: Set(UPLOADING.to_owned()),
        since: Set(now),
    };
    file_object::Entity::insert(row)
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

/// The object belongs to a file from now on; `false` if it was given up in the meantime.
pub async fn keep_object(tx: &Tx, object: Uuid, now: DateTime<Utc>) -> Result<bool, DatabaseError> {
    turn(tx, object, UPLOADING, STORED, now).await
}

/// The object of a file that was taken out: the next sweep deletes it.
pub async fn doom_object(tx: &Tx, object: Uuid, now: DateTime<Utc>) -> Result<(), DatabaseError> {
    turn(tx, object, STORED, DOOMED, now).await?;
    Ok(())
}

/// An object that no file got: the next sweep deletes it. One that belongs to a file stays, also
/// when whoever wrote it did not learn of that.
pub async fn give_up_object(
    tx: &Tx,
    object: Uuid,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    turn(tx, object, UPLOADING, DOOMED, now).await?;
    Ok(())
}

/// Gives up uploads that began before `limit`.
pub async fn doom_late(
    tx: &Tx,
    limit: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<u64, DatabaseError> {
    let doomed = file_object::Entity::update_many()
        .col_expr(file_object::Column::State, Expr::value(DOOMED))
        .col_expr(file_object::Column::Since, Expr::value(now))
        .filter(file_object::Column::State.eq(UPLOADING))
        .filter(file_object::Column::Since.lt(limit))
        .exec(&**tx)
        .await?;
    Ok(doomed.rows_affected)
}

/// Up to `limit` objects to be deleted, the longest waiting first.
pub async fn doomed(db: &impl ConnectionTrait, limit: u64) -> Result<Vec<Uuid>, DatabaseError> {
    let rows = file_object::Entity::find()
        .filter(file_object::Column::State.eq(DOOMED))
        .order_by_asc(file_object::Column::Since)
        .limit(limit)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// The object is gone, and so is its row.
pub async fn forget_object(tx: &Tx, object: Uuid) -> Result<(), DatabaseError> {
    file_object::Entity::delete_by_id(object)
        .exec(&**tx)
        .await?;
    Ok(())
}

async fn turn(
    tx: &Tx,
    object: Uuid,
    from: &str,
    to: &str,
    now: DateTime<Utc>,
) -> Result<bool, DatabaseError> {
    let turned = file_object::Entity::update_many()
        .col_expr(file_object::Column::State, Expr::value(to))
        .col_expr(file_object::Column::Since, Expr::value(now))
        .filter(file_object::Column::Id.eq(object))
        .filter(file_object::Column::State.eq(from))
        .exec(&**tx)
        .await?;
    Ok(turned.rows_affected == 1)
}

fn from_row(row: file::Model) -> Kept {
    Kept {
        file: File {
            id: FileId::from_uuid(row.id),
            campaign: CampaignId::from_uuid(row.campaign_id),
            name: row.name,
            content_type: row.content_type,
            size: row.size,
            sha256: row.sha256,
            note: row.note,
            uploaded_by: row.uploaded_by.map(StaffId::from_uuid),
            uploaded_at: row.uploaded_at,
            removed: row.removed,
        },
        object: row.object_id,
    }
}
