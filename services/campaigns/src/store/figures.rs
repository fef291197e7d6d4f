//! What campaigns brought, counted from events.

use database::Error;
use ids::{CampaignId, DealId, LeadId};
use messaging::Tx;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter,
    sea_query::OnConflict,
};

use super::entity::{campaign_deal, campaign_lead, participant, response};

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

/// Counts a lead of a campaign; once, however often it is told.
pub async fn count_lead(tx: &Tx, campaign: CampaignId, lead: LeadId) -> Result<(), Error> {
    let row = campaign_lead::ActiveModel {
        lead_id: Set(lead.uuid()),
        campaign_id: Set(campaign.uuid()),
    };
    campaign_lead::Entity::insert(row)
        .on_conflict(
            OnConflict::column(campaign_lead::Column::LeadId)
                .do_nothing()
                .to_owned(),
        )
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

/// Keeps what is known of a deal: the state of the highest revision, the campaign once told.
pub async fn keep_deal(
    tx: &Tx,
    deal: DealId,
    revision: i64,
    state: &str,
    campaign: Option<CampaignId>,
) -> Result<(), Error> {
    let known = campaign_deal::Entity::find_by_id(deal.uuid())
        .one(&**tx)
        .await?;
    let campaign = campaign.map(CampaignId::uuid);
    let Some(known) = known else {
        let row = campaign_deal::ActiveModel {
            deal_id: Set(deal.uuid()),
            campaign_id: Set(campaign),
            revision: Set(revision),
            state: Set(state.to_owned()),
        };
        campaign_deal::Entity::insert(row)
            .exec_without_returning(&**tx)
            .await?;
        return Ok(());
    };
    let newer = revision > known.revision;
    let row = campaign_deal::ActiveModel {
        deal_id: Set(deal.uuid()),
        campaign_id: Set(known.campaign_id.or(campaign)),
        revision: Set(revision.max(known.revision)),
        state: Set(if newer { state.to_owned() } else { known.state }),
    };
    campaign_deal::Entity::update(row).exec(&**tx).await?;
    Ok(())
}
