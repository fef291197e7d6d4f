//! How every command records a response in its transaction.

use ids::CampaignId;
use messaging::Tx;

use super::App;
use crate::{
    domain::participant::{Participant, Response},
    error::Error,
    events, store,
};

/// Records what a participant answered, and what that says of its status.
pub(super) async fn respond(
    app: &App,
    tx: &Tx,
    campaign: CampaignId,
    participant: &mut Participant,
    response: &Response,
) -> Result<(), Error> {
    let now = app.clock.now();
    let seen = participant.revision;
    if participant.answered(response.positive) {
        store::participants::save(tx, participant, seen).await?;
        tx.publish(events::participant_recorded(campaign, participant, now))
            .await?;
    }
    store::responses::insert(tx, campaign, response).await?;
    tx.publish(events::response_recorded(
        campaign,
        response,
        participant,
        now,
    ))
    .await?;
    Ok(())
}
