use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contract")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub revision: i64,
    pub version: i32,
    pub number: String,
    pub state: String,
    pub title: String,
    pub amount_minor: i64,
    pub currency: String,
    pub recurring: bool,
    pub period_months: i32,
    pub starts_at: Option<ChronoDateTimeUtc>,
    pub ends_at: Option<ChronoDateTimeUtc>,
    pub renewal_notice_days: i32,
    pub terms: String,
    pub deal_id: Uuid,
    pub lead_id: Option<Uuid>,
    pub person_id: Option<Uuid>,
    pub organisation_id: Option<Uuid>,
    pub responsible_id: Option<Uuid>,
    pub renews_contract_id: Option<Uuid>,
    pub drafted_at: ChronoDateTimeUtc,
    pub sent_at: Option<ChronoDateTimeUtc>,
    pub signed_at: Option<ChronoDateTimeUtc>,
    pub activated_at: Option<ChronoDateTimeUtc>,
    pub ended_at: Option<ChronoDateTimeUtc>,
    pub end_kind: Option<String>,
    pub end_reason: Option<String>,
    pub renewal_announced_at: Option<ChronoDateTimeUtc>,
    pub renewal_at: Option<ChronoDateTimeUtc>,
    pub kind: String,
    pub previous_contract_id: Option<Uuid>,
    pub recorded: bool,
    pub unraised_minor: i64,
    pub expiry_reason: Option<String>,
    pub client_named_by: String,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
