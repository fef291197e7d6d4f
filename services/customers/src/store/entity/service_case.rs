use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "service_case")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub revision: i64,
    pub person_id: Option<Uuid>,
    pub organisation_id: Option<Uuid>,
    pub step: String,
    pub severity: String,
    pub state: String,
    pub subject_id: String,
    pub responsible_id: Option<Uuid>,
    pub text: String,
    pub resolution: String,
    pub opened_at: DateTimeUtc,
    pub opened_by: Option<Uuid>,
    pub resolved_at: Option<DateTimeUtc>,
    pub resolved_by: Option<Uuid>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
