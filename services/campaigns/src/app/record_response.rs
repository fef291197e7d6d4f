use ids::CampaignId;

use super::{App, again::again, respond::respond};
use crate::{
    domain::{campaign::State, participant::Response},
    error::Error,
    store,
};

pub struct RecordResponse {
    pub campaign: CampaignId,
    pub response: Response,
}

/// Records what a participant answered and announces it; intake makes a lead of a positive one.
/// The same id twice returns what is there.
pub async fn record_response(app: &App, cmd: RecordResponse) -> Result<Response, Error> {
    again(|| attempt(app, &cmd)).await
}

async fn attempt(app: &App, cmd: &RecordResponse) -> Result<Response, Error> {
    let tx = app.outbox.begin().await?;
    let campaign = store::campaigns::get(&*tx, cmd.campaign).await?;
    if let Some(known) = store::responses::find(&*tx, cmd.response.id).await? {
        if known.participant != cmd.response.participant {
            return Err(Error::IdTaken("response"));
        }
        return Ok(known);
    }
    if campaign.state == State::Preparing {
        return Err(Error::CampaignNotStarted(campaign.id));
    }
    if let Some(activity) = cmd.response.activity
        && store::activities::find(&*tx, cmd.campaign, activity)
            .await?
            .is_none()
    {
        return Err(Error::ActivityNotFound(activity));
    }
    let mut participant =
        store::participants::get(&*tx, cmd.campaign, cmd.response.participant).await?;
    respond(app, &tx, cmd.campaign, &mut participant, &cmd.response).await?;
    tx.commit().await?;
    Ok(cmd.response.clone())
}
