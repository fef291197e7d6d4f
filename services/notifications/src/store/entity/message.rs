use sea_orm::entity::prelude::*;

/// Of the view, so it is read only.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "message")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub revision: i64,
    pub purpose: String,
    pub subject_id: String,
    pub recipient: String,
    pub recipient_name: String,
    pub locale: String,
    pub subject: String,
    pub text: String,
    pub layout: i64,
    pub state: String,
    pub detail: String,
    pub attempts: i64,
    pub message_id_header: String,
    pub traceparent: Option<String>,
    pub planned_at: DateTimeUtc,
    pub not_before: DateTimeUtc,
    pub give_up_at: DateTimeUtc,
    pub handed_over_at: Option<DateTimeUtc>,
    pub settled_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
