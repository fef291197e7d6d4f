//! The marketing plan and the figures of channels over gRPC.

mod channels;
mod decode;
mod encode;
mod read;

use proto::campaigns::v1::{self as pb, plans_service_server::PlansService};
use tonic::Request;

use super::{Answer, Rpc, answer};
use crate::{
    app::{
        App,
        record_plan::{RecordPlan, record_plan},
        remove_plan::remove_plan,
        update_plan::update_plan,
    },
    error::Error,
};

#[tonic::async_trait]
impl PlansService for Rpc {
    async fn record_plan(
        &self,
        request: Request<pb::RecordPlanRequest>,
    ) -> Answer<pb::RecordPlanResponse> {
        answer(record(&self.0, request.get_ref()).await)
    }

    async fn update_plan(
        &self,
        request: Request<pb::UpdatePlanRequest>,
    ) -> Answer<pb::UpdatePlanResponse> {
        answer(update(&self.0, request.get_ref()).await)
    }

    async fn remove_plan(
        &self,
        request: Request<pb::RemovePlanRequest>,
    ) -> Answer<pb::RemovePlanResponse> {
        answer(remove(&self.0, request.get_ref()).await)
    }

    async fn get_plan(&self, request: Request<pb::GetPlanRequest>) -> Answer<pb::GetPlanResponse> {
        answer(read::plan(&self.0, request.get_ref()).await)
    }

    async fn list_plans(
        &self,
        request: Request<pb::ListPlansRequest>,
    ) -> Answer<pb::ListPlansResponse> {
        answer(read::plans(&self.0, request.get_ref()).await)
    }

    async fn record_channel_figures(
        &self,
        request: Request<pb::RecordChannelFiguresRequest>,
    ) -> Answer<pb::RecordChannelFiguresResponse> {
        answer(channels::record(&self.0, request.get_ref()).await)
    }

    async fn record_channel_figures_batch(
        &self,
        request: Request<pb::RecordChannelFiguresBatchRequest>,
    ) -> Answer<pb::RecordChannelFiguresBatchResponse> {
        answer(channels::record_batch(&self.0, request.get_ref()).await)
    }

    async fn update_channel_figures(
        &self,
        request: Request<pb::UpdateChannelFiguresRequest>,
    ) -> Answer<pb::UpdateChannelFiguresResponse> {
        answer(channels::update(&self.0, request.get_ref()).await)
    }

    async fn remove_channel_figures(
        &self,
        request: Request<pb::RemoveChannelFiguresRequest>,
    ) -> Answer<pb::RemoveChannelFiguresResponse> {
        answer(channels::remove(&self.0, request.get_ref()).await)
    }

    async fn list_channel_figures(
        &self,
        request: Request<pb::ListChannelFiguresRequest>,
    ) -> Answer<pb::ListChannelFiguresResponse> {
        answer(read::figures(&self.0, request.get_ref()).await)
    }

    async fn import_channel_figures(
        &self,
        request: Request<pb::ImportChannelFiguresRequest>,
    ) -> Answer<pb::ImportChannelFiguresResponse> {
        answer(channels::import(&self.0, request.get_ref()).await)
    }

    async fn list_channel_results(
        &self,
        request: Request<pb::ListChannelResultsRequest>,
    ) -> Answer<pb::ListChannelResultsResponse> {
        answer(read::results(&self.0, request.get_ref()).await)
    }
}

async fn record(
    app: &App,
    request: &pb::RecordPlanRequest,
) -> Result<pb::RecordPlanResponse, Error> {
    let plan = decode::record_plan(app, request)?;
    let plan = Some(encode::plan(&record_plan(app, RecordPlan { plan }).await?));
    Ok(pb::RecordPlanResponse { plan })
}

async fn update(
    app: &App,
    request: &pb::UpdatePlanRequest,
) -> Result<pb::UpdatePlanResponse, Error> {
    let cmd = decode::update_plan(request)?;
    let plan = Some(encode::plan(&update_plan(app, cmd).await?));
    Ok(pb::UpdatePlanResponse { plan })
}

async fn remove(
    app: &App,
    request: &pb::RemovePlanRequest,
) -> Result<pb::RemovePlanResponse, Error> {
    let cmd = decode::remove_plan(request)?;
    let plan = Some(encode::plan(&remove_plan(app, cmd).await?));
    Ok(pb::RemovePlanResponse { plan })
}
