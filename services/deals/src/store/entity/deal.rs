use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "deal")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub revision: i64,
    pub topic_id: Uuid,
    pub stage: String,
    pub stage_since: ChronoDateTimeUtc,
    pub state: String,
    pub title: String,
    pub amount_minor: Option<i64>,
    pub currency: Option<String>,
    pub sale_object: String,
    pub expected_close_at: Option<ChronoDateTimeUtc>,
    pub person_id: Option<Uuid>,
    pub organisation_id: Option<Uuid>,
    pub client_by_hand: bool,
    pub responsible_id: Option<Uuid>,
    pub origin: String,
    pub lead_id: Option<Uuid>,
    pub renews_contract_id: Option<Uuid>,
    pub source: Option<Json>,
    pub note: String,
    pub opened_at: ChronoDateTimeUtc,
    pub next_contact_at: Option<ChronoDateTimeUtc>,
    pub next_contact_kind: Option<String>,
    pub closed_at: Option<ChronoDateTimeUtc>,
    pub loss_reason: Option<String>,
    pub loss_note: Option<String>,
    pub committed: bool,
    pub growth: Option<String>,
    pub previous_contract_id: Option<Uuid>,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
