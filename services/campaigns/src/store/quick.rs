//! The one activity of each quick campaign.

use database::{Error, rows};
use ids::{ActivityId, CampaignId};
use messaging::Tx;
use sea_orm::ConnectionTrait;

use super::members::query;

/// Of a quick campaign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quick {
    pub activity: ActivityId,
    /// Its list is complete.
    pub filled: bool,
}

pub async fn find(db: &impl ConnectionTrait, campaign: CampaignId) -> Result<Option<Quick>, Error> {
    let sql = "select activity_id, filled from quick_campaign where campaign_id = $1".to_owned();
    let found = query(db, sql, [campaign.uuid().into()]).await?;
    let Some(row) = found.first() else {
        return Ok(None);
    };
    Ok(Some(Quick {
        activity: ActivityId::from_uuid(row.try_get("", "activity_id")?),
        filled: row.try_get("", "filled")?,
    }))
}

pub async fn insert(tx: &Tx, campaign: CampaignId, quick: &Quick) -> Result<(), Error> {
    let sql = "insert into quick_campaign (campaign_id, activity_id, filled) values ($1, $2, $3)";
    let values = [
        campaign.uuid().into(),
        quick.activity.uuid().into(),
        quick.filled.into(),
    ];
    rows::execute(&**tx, sql, values).await?;
    Ok(())
}

/// Notes that the list of a quick campaign is complete.
pub async fn fill(tx: &Tx, campaign: CampaignId) -> Result<(), Error> {
    let sql = "update quick_campaign set filled = true where campaign_id = $1";
    rows::execute(&**tx, sql, [campaign.uuid().into()]).await?;
    Ok(())
}
