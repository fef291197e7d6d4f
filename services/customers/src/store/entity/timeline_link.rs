use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "timeline_link")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub origin_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub role: String,
    pub revision: i64,
    pub child_id: Uuid,
    pub parent_id: Option<Uuid>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
