use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "duplicate_scan")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    pub revision: i64,
    pub state: String,
    pub scanned: i64,
    pub total: i64,
    pub found: i64,
    pub started_by: Option<Uuid>,
    pub started_at: Option<DateTimeUtc>,
    pub seen_at: Option<DateTimeUtc>,
    pub ended_at: Option<DateTimeUtc>,
    pub merge_from_ppm: i64,
    pub dry_run: bool,
    pub batch_id: Option<Uuid>,
    pub merged: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
