use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "organisation")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub revision: i64,
    pub name: String,
    pub name_key: String,
    pub emails: Json,
    pub phones: Json,
    pub category: String,
    pub tags: Json,
    pub attributes: Json,
    pub responsible_id: Option<Uuid>,
    pub client: bool,
    pub recorded_at: DateTimeUtc,
    pub search: String,
    pub tag_keys: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
