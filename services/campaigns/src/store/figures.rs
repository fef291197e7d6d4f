//! What campaigns brought, counted from events.

use std::collections::BTreeMap;

use database::{
    Error,
    rows::{Kind, Table, hex},
};
use ids::{CampaignId, DealId, LeadId};
use messaging::Tx;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, Statement};
use serde_json::json;

use super::entity::{campaign_deal, campaign_lead, participant, response};

const LEADS: Table = Table {
    name: "campaign_lead",
    columns: &[("lead_id", Kind::Id), ("campaign_id", Kind::Id)],
};

/// Counts of one campaign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Figures {
    pub participants: u64,
    pub responses: u64,
    pub positive_responses: u64,
    pub leads: u64,
    pub deals: u64,
    pub won: u64,
}

pub async fn of(db: &impl ConnectionTrait, campaign: CampaignId) -> Result<Figures, Error> {
    let id = campaign.uuid();
    let responses = response::Entity::find().filter(response::Column::CampaignId.eq(id));
    let deals = campaign_deal::Entity::find().filter(campaign_deal::Column::CampaignId.eq(id));
    Ok(Figures {
        participants: participant::Entity::find()
            .filter(participant::Column::CampaignId.eq(id))
            .count(db)
            .await?,
        responses: responses.clone().count(db).await?,
        positive_responses: responses
            .filter(response::Column::Positive.eq(true))
            .count(db)
            .await?,
        leads: campaign_lead::Entity::find()
            .filter(campaign_lead::Column::CampaignId.eq(id))
            .count(db)
            .await?,
        deals: deals.clone().count(db).await?,
        won: deals
            .filter(campaign_deal::Column::State.eq("won"))
            .count(db)
            .await?,
    })
}

/// Counts leads of campaigns; each once, however often it is told.
pub async fn count_leads(tx: &Tx, leads: &BTreeMap<LeadId, CampaignId>) -> Result<(), Error> {
    let rows = leads
        .iter()
        .map(|(lead, campaign)| json!([hex(lead.uuid()), hex(campaign.uuid())]));
    LEADS.insert_new(&**tx, rows.collect()).await?;
    Ok(())
}

/// Keeps what is known of a deal: the state of the highest revision, the campaign once told. One
/// statement: two deliveries at once lose nothing.
pub async fn keep_deal(
    tx: &Tx,
    deal: DealId,
    revision: i64,
    state: &'static str,
    campaign: Option<CampaignId>,
) -> Result<(), Error> {
    let sql = "insert into campaign_deal (deal_id, campaign_id, revision, state) \
               values ($1, $2, $3, $4) on conflict (deal_id) do update set \
               campaign_id = coalesce(campaign_deal.campaign_id, excluded.campaign_id), \
               state = case when excluded.revision > campaign_deal.revision \
                   then excluded.state else campaign_deal.state end, \
               revision = case when excluded.revision > campaign_deal.revision \
                   then excluded.revision else campaign_deal.revision end";
    let values = [
        deal.uuid().into(),
        campaign.map(CampaignId::uuid).into(),
        revision.into(),
        state.into(),
    ];
    let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql, values);
    tx.execute_raw(statement).await?;
    Ok(())
}
