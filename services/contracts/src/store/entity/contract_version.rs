use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contract_version")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub contract_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: i32,
    pub title: String,
    pub amount_minor: i64,
    pub currency: String,
    pub recurring: bool,
    pub period_months: i32,
    pub starts_at: Option<ChronoDateTimeUtc>,
    pub ends_at: Option<ChronoDateTimeUtc>,
    pub renewal_notice_days: i32,
    pub terms: String,
    pub made_at: ChronoDateTimeUtc,
    pub made_by: Option<Uuid>,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
