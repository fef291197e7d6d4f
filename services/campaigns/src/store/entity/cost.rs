use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "cost")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub revision: i64,
    pub campaign_id: Uuid,
    pub kind: String,
    pub line: String,
    pub planned_minor: Option<i64>,
    pub planned_currency: Option<String>,
    pub actual_minor: Option<i64>,
    pub actual_currency: Option<String>,
    pub rate_minor: Option<i64>,
    pub rate_currency: Option<String>,
    pub planned_minutes: Option<i64>,
    pub actual_minutes: Option<i64>,
    pub spent_at: DateTimeUtc,
    pub activity_id: Option<Uuid>,
    pub channel: String,
    pub responsible_id: Option<Uuid>,
    pub supplier_id: Option<Uuid>,
    pub note: String,
    pub removed: bool,
    pub recorded_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
