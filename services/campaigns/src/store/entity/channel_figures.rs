use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "channel_figures")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub revision: i64,
    pub campaign_id: Option<Uuid>,
    pub channel: String,
    pub starts_at: DateTimeUtc,
    pub ends_at: DateTimeUtc,
    pub reach: i64,
    pub clicks: i64,
    pub requests: i64,
    pub cost_minor: Option<i64>,
    pub cost_currency: Option<String>,
    pub removed: bool,
    pub recorded_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
