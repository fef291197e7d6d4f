//! Reports as callers see them: each method decodes, reads and encodes.

mod agents;
mod ask;
mod attribution;
mod campaigns;
mod channels;
mod clients;
mod cohorts;
mod costs;
mod export;
mod flow;
mod funnel;
mod journey;
mod key_accounts;
mod kpis;
mod lists;
mod open;
mod paths;
mod plans;
mod reader;
mod refusals;
mod rows;
mod shown;
mod stages;

use database::Database;
use proto::analytics::v1::reports_service_server::ReportsService;
use proto::analytics::v1::{
    ExportRecordsRequest, ExportReportRequest, ExportReportResponse, GetAgentsRequest,
    GetAgentsResponse, GetAttributionRequest, GetAttributionResponse, GetChannelsRequest,
    GetChannelsResponse, GetClientRequest, GetClientResponse, GetCohortsRequest,
    GetCohortsResponse, GetFlowRequest, GetFlowResponse, GetFunnelRequest, GetFunnelResponse,
    GetJourneyRequest, GetJourneyResponse, GetJourneysRequest, GetJourneysResponse,
    GetKeyAccountsRequest, GetKeyAccountsResponse, GetKpisRequest, GetKpisResponse,
    GetPlansRequest, GetPlansResponse, GetRefusalsRequest, GetRefusalsResponse, GetStagesRequest,
    GetStagesResponse, GetStepsRequest, GetStepsResponse, ListCampaignResultsRequest,
    ListCampaignResultsResponse, ListChannelRecordsRequest, ListChannelRecordsResponse,
    ListClientsRequest, ListClientsResponse, ListContractRecordsRequest,
    ListContractRecordsResponse, ListCostRecordsRequest, ListCostRecordsResponse,
    ListCreditRecordsRequest, ListCreditRecordsResponse, ListDealRecordsRequest,
    ListDealRecordsResponse, ListGrowthRecordsRequest, ListGrowthRecordsResponse,
    ListHistoryRecordsRequest, ListHistoryRecordsResponse, ListLeadRecordsRequest,
    ListLeadRecordsResponse, ListPaymentRecordsRequest, ListPaymentRecordsResponse,
    ListRefusalRecordsRequest, ListRefusalRecordsResponse, ListTouchRecordsRequest,
    ListTouchRecordsResponse,
};
use tonic::{Request, Response, Status};

use self::ask::Pages;
pub(crate) use self::attribution::MODELS;
pub(crate) use self::reader::NAMED;
use crate::error::Error;

type Answer<T> = Result<Response<T>, Status>;

/// Answers calls for reports.
#[derive(Debug, Clone)]
pub struct Reports {
    pub database: Database,
    /// Currency of all figures, ISO 4217.
    pub base_currency: String,
}

#[tonic::async_trait]
impl ReportsService for Reports {
    type ExportRecordsStream = export::Parts;

    async fn get_funnel(&self, request: Request<GetFunnelRequest>) -> Answer<GetFunnelResponse> {
        answer(funnel::report(self, request.get_ref(), Pages::One).await)
    }

    async fn get_flow(&self, request: Request<GetFlowRequest>) -> Answer<GetFlowResponse> {
        answer(flow::report(self, request.get_ref(), Pages::One).await)
    }

    async fn get_stages(&self, request: Request<GetStagesRequest>) -> Answer<GetStagesResponse> {
        answer(stages::report(self, request.get_ref(), Pages::One).await)
    }

    async fn list_campaign_results(
        &self,
        request: Request<ListCampaignResultsRequest>,
    ) -> Answer<ListCampaignResultsResponse> {
        answer(campaigns::report(self, request.get_ref(), Pages::One).await)
    }

    async fn get_attribution(
        &self,
        request: Request<GetAttributionRequest>,
    ) -> Answer<GetAttributionResponse> {
        answer(attribution::report(self, request.get_ref(), Pages::One).await)
    }

    async fn get_kpis(&self, request: Request<GetKpisRequest>) -> Answer<GetKpisResponse> {
        answer(kpis::report(self, request.get_ref(), Pages::One).await)
    }

    async fn get_channels(
        &self,
        request: Request<GetChannelsRequest>,
    ) -> Answer<GetChannelsResponse> {
        answer(channels::report(self, request.get_ref(), Pages::One).await)
    }

    async fn get_plans(&self, request: Request<GetPlansRequest>) -> Answer<GetPlansResponse> {
        answer(plans::report(self, request.get_ref(), Pages::One).await)
    }

    async fn get_key_accounts(
        &self,
        request: Request<GetKeyAccountsRequest>,
    ) -> Answer<GetKeyAccountsResponse> {
        answer(key_accounts::report(self, request.get_ref(), Pages::One).await)
    }

    async fn get_cohorts(&self, request: Request<GetCohortsRequest>) -> Answer<GetCohortsResponse> {
        answer(cohorts::report(self, request.get_ref(), Pages::One).await)
    }

    async fn get_journeys(
        &self,
        request: Request<GetJourneysRequest>,
    ) -> Answer<GetJourneysResponse> {
        answer(paths::journeys(self, request.get_ref(), Pages::One).await)
    }

    async fn get_steps(&self, request: Request<GetStepsRequest>) -> Answer<GetStepsResponse> {
        answer(paths::steps(self, request.get_ref(), Pages::One).await)
    }

    async fn get_refusals(
        &self,
        request: Request<GetRefusalsRequest>,
    ) -> Answer<GetRefusalsResponse> {
        answer(refusals::report(self, request.get_ref(), Pages::One).await)
    }

    async fn get_agents(&self, request: Request<GetAgentsRequest>) -> Answer<GetAgentsResponse> {
        answer(agents::report(self, request.get_ref(), Pages::One).await)
    }

    async fn list_lead_records(
        &self,
        request: Request<ListLeadRecordsRequest>,
    ) -> Answer<ListLeadRecordsResponse> {
        answer(open::leads(self, request.get_ref(), None).await)
    }

    async fn list_deal_records(
        &self,
        request: Request<ListDealRecordsRequest>,
    ) -> Answer<ListDealRecordsResponse> {
        answer(open::deals(self, request.get_ref(), None).await)
    }

    async fn list_contract_records(
        &self,
        request: Request<ListContractRecordsRequest>,
    ) -> Answer<ListContractRecordsResponse> {
        answer(open::contracts(self, request.get_ref(), None).await)
    }

    async fn list_touch_records(
        &self,
        request: Request<ListTouchRecordsRequest>,
    ) -> Answer<ListTouchRecordsResponse> {
        answer(open::touches(self, request.get_ref(), None).await)
    }

    async fn list_credit_records(
        &self,
        request: Request<ListCreditRecordsRequest>,
    ) -> Answer<ListCreditRecordsResponse> {
        answer(open::credits(self, request.get_ref(), None).await)
    }

    async fn list_cost_records(
        &self,
        request: Request<ListCostRecordsRequest>,
    ) -> Answer<ListCostRecordsResponse> {
        answer(open::costs(self, request.get_ref(), None).await)
    }

    async fn list_channel_records(
        &self,
        request: Request<ListChannelRecordsRequest>,
    ) -> Answer<ListChannelRecordsResponse> {
        answer(open::channels(self, request.get_ref(), None).await)
    }

    async fn list_refusal_records(
        &self,
        request: Request<ListRefusalRecordsRequest>,
    ) -> Answer<ListRefusalRecordsResponse> {
        answer(open::refusals(self, request.get_ref(), None).await)
    }

    async fn list_growth_records(
        &self,
        request: Request<ListGrowthRecordsRequest>,
    ) -> Answer<ListGrowthRecordsResponse> {
        answer(open::growths(self, request.get_ref(), None).await)
    }

    async fn list_history_records(
        &self,
        request: Request<ListHistoryRecordsRequest>,
    ) -> Answer<ListHistoryRecordsResponse> {
        answer(open::history(self, request.get_ref(), None).await)
    }

    async fn list_payment_records(
        &self,
        request: Request<ListPaymentRecordsRequest>,
    ) -> Answer<ListPaymentRecordsResponse> {
        answer(open::payments(self, request.get_ref(), None).await)
    }

    async fn list_clients(
        &self,
        request: Request<ListClientsRequest>,
    ) -> Answer<ListClientsResponse> {
        answer(clients::list(self, request.get_ref(), None).await)
    }

    async fn get_client(&self, request: Request<GetClientRequest>) -> Answer<GetClientResponse> {
        answer(clients::get(self, request.get_ref()).await)
    }

    async fn get_journey(&self, request: Request<GetJourneyRequest>) -> Answer<GetJourneyResponse> {
        answer(journey::get(self, request.get_ref()).await)
    }

    async fn export_report(
        &self,
        request: Request<ExportReportRequest>,
    ) -> Answer<ExportReportResponse> {
        answer(export::report(self, request.get_ref()).await)
    }

    async fn export_records(
        &self,
        request: Request<ExportRecordsRequest>,
    ) -> Answer<Self::ExportRecordsStream> {
        answer(export::records(self, request.into_inner()).await)
    }
}

fn answer<T>(answer: Result<T, Error>) -> Answer<T> {
    Ok(Response::new(answer?))
}
