use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "participant")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub revision: i64,
    pub campaign_id: Uuid,
    pub status: String,
    pub full_name: String,
    pub given_name: String,
    pub family_name: String,
    pub organisation: String,
    pub emails: Json,
    pub phones: Json,
    pub locale: String,
    pub person_id: Option<Uuid>,
    pub added_at: DateTimeUtc,
    pub contact_key: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
