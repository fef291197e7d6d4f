use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "person_merge")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub revision: i64,
    pub kept_id: Uuid,
    pub joined_id: Uuid,
    pub note: String,
    pub merged_by: Option<Uuid>,
    pub merged_at: DateTimeUtc,
    pub split_by: Option<Uuid>,
    pub split_at: Option<DateTimeUtc>,
    pub batch_id: Option<Uuid>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
