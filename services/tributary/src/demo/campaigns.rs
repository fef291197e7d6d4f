//! Campaigns with their participants, and what these answered.

use ids::{ActivityId, CampaignId, ParticipantId, ResponseId};
use proto::{
    campaigns::v1::{
        Activity, AddActivityRequest, AddParticipantsRequest, Campaign, CampaignState,
        CreateCampaignRequest, ListResponsesRequest, MoveCampaignRequest, Participant,
        ParticipantStatus, RecordResponseRequest, Response,
        campaigns_service_client::CampaignsServiceClient,
    },
    convert::timestamp,
    types::v1::PersonName,
};
use rpc::Channel;

use super::{
    data::{self, Progress},
    platform::{Kind, Platform, id, until},
    team::Team,
};

/// Numbers of one campaign's parts do not reach those of the next.
const APART: usize = 1_000;

pub(super) fn campaign_id(number: usize) -> String {
    CampaignId::from_uuid(id(Kind::Campaign, number)).to_string()
}

pub(super) async fn enter(platform: &Platform, team: &Team) -> anyhow::Result<()> {
    let mut client = platform.campaigns(&team.admin);
    let campaigns = data::campaigns()?;
    for (number, campaign) in campaigns.iter().enumerate() {
        let campaign_id = campaign_id(number);
        create(platform, &mut client, number, campaign).await?;
        if campaign.state == Progress::Preparing {
            continue;
        }
        // A campaign that somebody has moved on stays there.
        let running = MoveCampaignRequest {
            campaign_id: campaign_id.clone(),
            state: CampaignState::Running.into(),
        };
        let is_new = state(&mut client, &campaign_id).await? == CampaignState::Preparing;
        if is_new {
            client.move_campaign(running).await?;
        }
        respond(&mut client, number, campaign).await?;
        if campaign.state == Progress::Past {
            let past = MoveCampaignRequest {
                campaign_id,
                state: CampaignState::Past.into(),
            };
            client.move_campaign(past).await?;
        }
    }
    Ok(())
}

/// Waits until every positive response has become a lead.
pub(super) async fn settle(platform: &Platform, team: &Team) -> anyhow::Result<()> {
    let client = platform.campaigns(&team.admin);
    for number in 0..data::campaigns()?.len() {
        until("leads of the responses", async || {
            let request = ListResponsesRequest {
                campaign_id: campaign_id(number),
                page_size: 500,
                ..ListResponsesRequest::default()
            };
            let answer = client.clone().list_responses(request).await?.into_inner();
            let waiting = |it: &Response| it.positive && it.lead_id.is_empty();
            Ok((!answer.responses.iter().any(waiting)).then_some(()))
        })
        .await?;
    }
    Ok(())
}

async fn state(
    client: &mut CampaignsServiceClient<Channel>,
    campaign_id: &str,
) -> anyhow::Result<CampaignState> {
    let request = proto::campaigns::v1::GetCampaignRequest {
        campaign_id: campaign_id.to_owned(),
    };
    let campaign = client.get_campaign(request).await?.into_inner().campaign;
    Ok(campaign.unwrap_or_default().state())
}

async fn create(
    platform: &Platform,
    client: &mut CampaignsServiceClient<Channel>,
    number: usize,
    told: &data::Campaign,
) -> anyhow::Result<()> {
    let campaign = Campaign {
        campaign_id: campaign_id(number),
        kind: told.kind.clone(),
        name: told.name.clone(),
        place: told.place.clone(),
        starts_at: Some(timestamp(platform.in_days(told.starts))),
        ends_at: Some(timestamp(platform.in_days(told.ends))),
        ..Campaign::default()
    };
    let request = CreateCampaignRequest {
        campaign: Some(campaign),
    };
    client.create_campaign(request).await?;
    for (place, activity) in told.activities.iter().enumerate() {
        let id = id(Kind::Activity, number * APART + place);
        let request = AddActivityRequest {
            campaign_id: campaign_id(number),
            activity: Some(Activity {
                activity_id: ActivityId::from_uuid(id).to_string(),
                kind: activity.kind.clone(),
                name: activity.name.clone(),
                result: activity.result.clone(),
                ..Activity::default()
            }),
        };
        client.add_activity(request).await?;
    }
    let participants = told.participants.iter().enumerate();
    let request = AddParticipantsRequest {
        campaign_id: campaign_id(number),
        participants: participants
            .map(|(place, it)| participant(number * APART + place, it))
            .collect(),
    };
    client.add_participants(request).await?;
    Ok(())
}

fn participant_id(number: usize) -> String {
    ParticipantId::from_uuid(id(Kind::Participant, number)).to_string()
}

fn participant(number: usize, told: &data::Participant) -> Participant {
    Participant {
        participant_id: participant_id(number),
        status: ParticipantStatus::Potential.into(),
        name: Some(PersonName {
            full: told.name.clone(),
            ..PersonName::default()
        }),
        organisation: told.organisation.clone(),
        emails: vec![told.email.clone()],
        locale: told.locale.clone(),
        ..Participant::default()
    }
}

async fn respond(
    client: &mut CampaignsServiceClient<Channel>,
    number: usize,
    told: &data::Campaign,
) -> anyhow::Result<()> {
    let answered = told.participants.iter().enumerate();
    for (place, participant) in answered.filter(|(_, it)| !it.said.is_empty()) {
        let place = number * APART + place;
        let request = RecordResponseRequest {
            campaign_id: campaign_id(number),
            participant_id: participant_id(place),
            response: Some(Response {
                response_id: ResponseId::from_uuid(id(Kind::Response, place)).to_string(),
                activity_id: ActivityId::from_uuid(id(Kind::Activity, number * APART)).to_string(),
                positive: participant.positive,
                text: participant.said.clone(),
                ..Response::default()
            }),
        };
        client.record_response(request).await?;
    }
    Ok(())
}
