use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "offer")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub revision: i64,
    pub deal_id: Uuid,
    pub number: String,
    pub version: i32,
    pub previous_id: Option<Uuid>,
    pub state: String,
    pub currency: String,
    pub addressee: String,
    pub introduction: String,
    pub terms: String,
    pub valid_until: Option<ChronoDateTimeUtc>,
    pub language: String,
    pub lines: Json,
    pub created_at: ChronoDateTimeUtc,
    pub created_by: Option<Uuid>,
    pub sent_at: Option<ChronoDateTimeUtc>,
    pub answered_at: Option<ChronoDateTimeUtc>,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
