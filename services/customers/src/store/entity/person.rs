use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "person")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub revision: i64,
    pub full_name: String,
    pub given_name: String,
    pub family_name: String,
    pub emails: Json,
    pub phones: Json,
    pub organisation_id: Option<Uuid>,
    pub category: String,
    pub tags: Json,
    pub attributes: Json,
    pub locale: String,
    pub responsible_id: Option<Uuid>,
    pub client: bool,
    pub recorded_at: DateTimeUtc,
    pub sort_name: String,
    pub search: String,
    pub tag_keys: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
