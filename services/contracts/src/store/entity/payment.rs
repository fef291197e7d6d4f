use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "payment")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub contract_id: Uuid,
    pub amount_minor: i64,
    pub currency: String,
    pub due_at: ChronoDateTimeUtc,
    pub received_at: Option<ChronoDateTimeUtc>,
    pub revision: i64,
    pub plan_id: Option<Uuid>,
    pub rest_of_id: Option<Uuid>,
    pub refunds_id: Option<Uuid>,
    pub reason: String,
    pub removed_at: Option<ChronoDateTimeUtc>,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
