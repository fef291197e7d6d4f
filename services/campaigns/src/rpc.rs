//! Campaigns over gRPC.

pub(crate) mod convert;
mod costs;
mod files;
mod lists;
pub mod money;
mod plans;
mod read;
mod referrals;
mod surveys;
mod tasks;

use std::sync::Arc;

use ids::StaffId;
use proto::campaigns::v1::{
    self as pb,
    campaigns_service_server::{CampaignsService, CampaignsServiceServer},
    lists_service_server::ListsServiceServer,
    referrals_service_server::ReferralsServiceServer,
    surveys_service_server::SurveysServiceServer,
    tasks_service_server::TasksServiceServer,
};
use rpc::Identity;
use tonic::{Request, Response, Status, service::Routes};

use crate::{
    app::{
        App, add_activity, add_participants, create_campaign, log_interaction, move_campaign,
        record_response, update_activity, update_campaign, update_participant,
    },
    error::Error,
};

#[derive(Clone)]
pub struct Rpc(pub Arc<App>);

/// All services of campaigns.
pub fn routes(app: &Arc<App>) -> Routes {
    let rpc = Rpc(app.clone());
    let lists = ListsServiceServer::new(rpc.clone()).max_decoding_message_size(REQUEST_MAX);
    let routes = Routes::new(CampaignsServiceServer::new(rpc.clone()))
        .add_service(lists)
        .add_service(ReferralsServiceServer::new(rpc.clone()))
        .add_service(SurveysServiceServer::new(rpc.clone()))
        .add_service(TasksServiceServer::new(rpc));
    money::add(routes, app)
}

/// A file of participants and what comes with it.
const REQUEST_MAX: usize = (16 << 20) + (64 << 10);

type Answer<T> = Result<Response<T>, Status>;

fn status(error: impl Into<Error>) -> Status {
    rpc::status("campaigns", &error.into())
}

fn answer<T>(result: Result<T, Error>) -> Answer<T> {
    result.map(Response::new).map_err(status)
}

/// The member of staff that calls, if one does.
fn staff(identity: &Identity) -> Option<StaffId> {
    match identity {
        Identity::Staff { id, .. } => id.parse().ok(),
        _ => None,
    }
}

#[tonic::async_trait]
impl CampaignsService for Rpc {
    async fn create_campaign(
        &self,
        request: Request<pb::CreateCampaignRequest>,
    ) -> Answer<pb::CreateCampaignResponse> {
        let cmd = convert::create_campaign(&request.into_inner()).map_err(status)?;
        let campaign = create_campaign::create_campaign(&self.0, cmd)
            .await
            .map_err(status)?;
        let campaign = Some(convert::campaign(&campaign));
        Ok(Response::new(pb::CreateCampaignResponse { campaign }))
    }

    async fn update_campaign(
        &self,
        request: Request<pb::UpdateCampaignRequest>,
    ) -> Answer<pb::UpdateCampaignResponse> {
        let cmd = convert::update_campaign(&request.into_inner()).map_err(status)?;
        let campaign = update_campaign::update_campaign(&self.0, cmd)
            .await
            .map_err(status)?;
        let campaign = Some(convert::campaign(&campaign));
        Ok(Response::new(pb::UpdateCampaignResponse { campaign }))
    }

    async fn get_campaign(
        &self,
        request: Request<pb::GetCampaignRequest>,
    ) -> Answer<pb::GetCampaignResponse> {
        read::campaign(&self.0, &request.into_inner())
            .await
            .map(Response::new)
            .map_err(status)
    }

    async fn list_campaigns(
        &self,
        request: Request<pb::ListCampaignsRequest>,
    ) -> Answer<pb::ListCampaignsResponse> {
        read::campaigns(&self.0, &request.into_inner())
            .await
            .map(Response::new)
            .map_err(status)
    }

    async fn move_campaign(
        &self,
        request: Request<pb::MoveCampaignRequest>,
    ) -> Answer<pb::MoveCampaignResponse> {
        let cmd = convert::move_campaign(&request.into_inner()).map_err(status)?;
        let campaign = move_campaign::move_campaign(&self.0, cmd)
            .await
            .map_err(status)?;
        let campaign = Some(convert::campaign(&campaign));
        Ok(Response::new(pb::MoveCampaignResponse { campaign }))
    }

    async fn add_activity(
        &self,
        request: Request<pb::AddActivityRequest>,
    ) -> Answer<pb::AddActivityResponse> {
        let cmd = convert::add_activity(&request.into_inner()).map_err(status)?;
        let activity = add_activity::add_activity(&self.0, cmd)
            .await
            .map_err(status)?;
        let activity = Some(convert::activity(&activity));
        Ok(Response::new(pb::AddActivityResponse { activity }))
    }

    async fn update_activity(
        &self,
        request: Request<pb::UpdateActivityRequest>,
    ) -> Answer<pb::UpdateActivityResponse> {
        let cmd = convert::update_activity(&request.into_inner()).map_err(status)?;
        let activity = update_activity::update_activity(&self.0, cmd)
            .await
            .map_err(status)?;
        let activity = Some(convert::activity(&activity));
        Ok(Response::new(pb::UpdateActivityResponse { activity }))
    }

    async fn add_participants(
        &self,
        request: Request<pb::AddParticipantsRequest>,
    ) -> Answer<pb::AddParticipantsResponse> {
        let cmd = convert::add_participants(&self.0, &request.into_inner()).map_err(status)?;
        let added = add_participants::add_participants(&self.0, cmd)
            .await
            .map_err(status)?;
        let participants = added.iter().map(convert::participant).collect();
        Ok(Response::new(pb::AddParticipantsResponse { participants }))
    }

    async fn update_participant(
        &self,
        request: Request<pb::UpdateParticipantRequest>,
    ) -> Answer<pb::UpdateParticipantResponse> {
        let cmd = convert::update_participant(&request.into_inner()).map_err(status)?;
        let participant = update_participant::update_participant(&self.0, cmd)
            .await
            .map_err(status)?;
        let participant = Some(convert::participant(&participant));
        Ok(Response::new(pb::UpdateParticipantResponse { participant }))
    }

    async fn list_participants(
        &self,
        request: Request<pb::ListParticipantsRequest>,
    ) -> Answer<pb::ListParticipantsResponse> {
        read::participants(&self.0, &request.into_inner())
            .await
            .map(Response::new)
            .map_err(status)
    }

    async fn record_response(
        &self,
        request: Request<pb::RecordResponseRequest>,
    ) -> Answer<pb::RecordResponseResponse> {
        let by = staff(rpc::identity(&request));
        let cmd = convert::record_response(&self.0, &request.into_inner(), by).map_err(status)?;
        let response = record_response::record_response(&self.0, cmd)
            .await
            .map_err(status)?;
        let response = Some(convert::response(&response));
        Ok(Response::new(pb::RecordResponseResponse { response }))
    }

    async fn list_responses(
        &self,
        request: Request<pb::ListResponsesRequest>,
    ) -> Answer<pb::ListResponsesResponse> {
        read::responses(&self.0, &request.into_inner())
            .await
            .map(Response::new)
            .map_err(status)
    }

    async fn log_interaction(
        &self,
        request: Request<pb::LogInteractionRequest>,
    ) -> Answer<pb::LogInteractionResponse> {
        let by = staff(rpc::identity(&request));
        let cmd = convert::log_interaction(&self.0, &request.into_inner(), by).map_err(status)?;
        let logged = log_interaction::log_interaction(&self.0, cmd)
            .await
            .map_err(status)?;
        let interaction = Some(convert::interaction(&logged));
        Ok(Response::new(pb::LogInteractionResponse { interaction }))
    }

    async fn list_interactions(
        &self,
        request: Request<pb::ListInteractionsRequest>,
    ) -> Answer<pb::ListInteractionsResponse> {
        read::interactions(&self.0, &request.into_inner())
            .await
            .map(Response::new)
            .map_err(status)
    }

    async fn list_campaign_kinds(
        &self,
        _: Request<pb::ListCampaignKindsRequest>,
    ) -> Answer<pb::ListCampaignKindsResponse> {
        Ok(Response::new(pb::ListCampaignKindsResponse {
            kinds: convert::kinds(),
        }))
    }
}
