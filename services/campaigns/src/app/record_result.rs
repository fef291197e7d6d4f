//! What came of an activity with one participant.

use chrono::{DateTime, Utc};
use ids::{ActivityId, CampaignId, InteractionId, ParticipantId, ResponseId, StaffId};
use messaging::Tx;

use super::{App, again::again, respond::respond};
use crate::{
    domain::{
        campaign::{Activity, Campaign, State},
        participant::{Interaction, Response},
        people::Answered,
    },
    error::Error,
    events, store,
};

pub struct RecordResult {
    pub campaign: CampaignId,
    pub participant: ParticipantId,
    pub interaction: InteractionId,
    pub activity: Option<ActivityId>,
    pub answered: Answered,
    /// Kind of contact; that of the activity if none is given.
    pub kind: Option<String>,
    pub text: String,
    pub at: DateTime<Utc>,
    pub by: Option<StaffId>,
}

/// Records a contact, and a response if there was an answer. The same id twice returns what is there.
pub async fn record_result(
    app: &App,
    cmd: RecordResult,
) -> Result<(Interaction, Option<Response>), Error> {
    again(|| attempt(app, &cmd)).await
}

async fn attempt(app: &App, cmd: &RecordResult) -> Result<(Interaction, Option<Response>), Error> {
    let tx = app.outbox.begin().await?;
    let campaign = store::campaigns::get(&*tx, cmd.campaign).await?;
    let answer = ResponseId::from_uuid(cmd.interaction.uuid());
    let known = store::interactions::find_anywhere(&*tx, cmd.interaction).await?;
    if let Some((participant, interaction)) = known {
        if participant != cmd.participant {
            return Err(Error::IdTaken("interaction"));
        }
        let response = store::responses::find(&*tx, answer).await?;
        return Ok((interaction, response));
    }
    if campaign.state == State::Preparing {
        return Err(Error::CampaignNotStarted(campaign.id));
    }
    let activity = activity(&tx, &campaign, cmd.activity).await?;
    let mut participant = store::participants::get(&*tx, cmd.campaign, cmd.participant).await?;
    let kind = activity.as_ref().map_or("call", Activity::contact_kind);
    let interaction = Interaction {
        id: cmd.interaction,
        activity: activity.map(|it| it.id),
        kind: cmd.kind.clone().unwrap_or_else(|| kind.to_owned()),
        inbound: false,
        result: cmd.text.clone(),
        at: cmd.at,
        by: cmd.by,
    };
    let now = app.clock.now();
    store::interactions::insert(&tx, cmd.campaign, cmd.participant, &interaction).await?;
    tx.publish(events::participant_contacted(
        cmd.campaign,
        cmd.participant,
        &interaction,
        now,
    ))
    .await?;
    let positive = match cmd.answered {
        Answered::Positive => true,
        Answered::Negative => false,
        Answered::Not => {
            tx.commit().await?;
            return Ok((interaction, None));
        }
    };
    let response = Response {
        id: answer,
        activity: interaction.activity,
        participant: participant.id,
        positive,
        text: cmd.text.clone(),
        lead: None,
        recorded_by: cmd.by,
        responded_at: cmd.at,
    };
    respond(app, &tx, cmd.campaign, &mut participant, &response).await?;
    tx.commit().await?;
    Ok((interaction, Some(response)))
}

/// The activity that is named, else the one of a quick campaign.
async fn activity(
    tx: &Tx,
    campaign: &Campaign,
    named: Option<ActivityId>,
) -> Result<Option<Activity>, Error> {
    let named = match named {
        Some(named) => Some(named),
        None if campaign.quick => {
            let quick = store::quick::find(&**tx, campaign.id).await?;
            quick.map(|quick| quick.activity)
        }
        None => None,
    };
    let Some(id) = named else { return Ok(None) };
    let activity = store::activities::find(&**tx, campaign.id, id).await?;
    activity.ok_or(Error::ActivityNotFound(id)).map(Some)
}
