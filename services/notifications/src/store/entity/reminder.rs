use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "reminder")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub subject_id: String,
    pub revision: i64,
    pub kind: String,
    pub title: String,
    pub staff_id: Option<Uuid>,
    pub due_at: DateTimeUtc,
    pub ends_at: Option<DateTimeUtc>,
    pub state: String,
    pub sent_at: Option<DateTimeUtc>,
    pub completed_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
