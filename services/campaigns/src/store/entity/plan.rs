use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "plan")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub revision: i64,
    pub starts_at: DateTimeUtc,
    pub ends_at: DateTimeUtc,
    pub channel: String,
    pub campaign_id: Option<Uuid>,
    pub target_leads: i64,
    pub allowed_minor: Option<i64>,
    pub allowed_currency: Option<String>,
    pub bonus_minor: Option<i64>,
    pub bonus_currency: Option<String>,
    pub fixed_percent: i32,
    pub responsible_id: Option<Uuid>,
    pub note: String,
    pub removed: bool,
    pub recorded_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
