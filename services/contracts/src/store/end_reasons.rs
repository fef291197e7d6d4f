//! Rows of the directory of reasons of termination.

use database::Error;
use sea_orm::QueryOrder;
use sea_orm::prelude::*;

use super::entity::end_reason::{Column, Entity};
use crate::domain::code::Code;

/// An entry of the directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndReason {
    pub code: String,
    pub name: String,
}

pub async fn exists(db: &impl ConnectionTrait, code: &Code) -> Result<bool, Error> {
    let row = Entity::find_by_id(code.as_str().to_owned()).one(db).await?;
    Ok(row.is_some())
}

/// The whole directory.
pub async fn all(db: &impl ConnectionTrait) -> Result<Vec<EndReason>, Error> {
    let rows = Entity::find().order_by_asc(Column::Place).all(db).await?;
    Ok(rows
        .into_iter()
        .map(|row| EndReason {
            code: row.code,
            name: row.name,
        })
        .collect())
}
