//! Churn as callers see it.

use std::sync::Arc;

use proto::contracts::v1::churn_service_server::ChurnService;
use proto::contracts::v1::{
    ExplainExpiryRequest, ExplainExpiryResponse, GetChurnRequest, GetChurnResponse,
    ListChurnRequest, ListChurnResponse,
};
use tonic::Request;

use super::{Answer, answer, decode, encode, read, staff};
use crate::app::App;
use crate::app::churn::{churn, ended_contracts};
use crate::app::explain_expiry::explain_expiry;
use crate::store::ended::{Cursor, Span};

/// Answers calls.
pub struct Rpc(pub Arc<App>);

#[tonic::async_trait]
impl ChurnService for Rpc {
    async fn get_churn(&self, request: Request<GetChurnRequest>) -> Answer<GetChurnResponse> {
        let (months, responsible) = read(decode::churn::get_churn(request.get_ref()))?;
        let months = churn(&self.0, &months, responsible).await?;
        answer(GetChurnResponse {
            months: months.into_iter().map(encode::churn::month).collect(),
            grace_days: self.0.settings.churn_grace_days.into(),
        })
    }

    async fn list_churn(&self, request: Request<ListChurnRequest>) -> Answer<ListChurnResponse> {
        let request = request.get_ref();
        let wanted = read(decode::churn::list_churn(request))?;
        let size = read(rpc::page::size(request.page_size))?;
        let after = read(rpc::page::decode::<Cursor>(&request.page_token))?;
        let Some(span) = Span::of(&wanted.months, wanted.responsible) else {
            return answer(ListChurnResponse::default());
        };
        let (page, next) = ended_contracts(&self.0, span, after, size).await?;
        let shown = page
            .iter()
            .filter(|(contract, fate)| wanted.shows(contract, *fate));
        answer(ListChurnResponse {
            contracts: shown.map(encode::churn::ended).collect(),
            next_page_token: next.as_ref().map(rpc::page::encode).unwrap_or_default(),
        })
    }

    async fn explain_expiry(
        &self,
        request: Request<ExplainExpiryRequest>,
    ) -> Answer<ExplainExpiryResponse> {
        let by = staff(&request);
        let cmd = read(decode::churn::explain_expiry(request.get_ref(), by))?;
        let contract = explain_expiry(&self.0, &cmd).await?;
        answer(ExplainExpiryResponse {
            contract: Some(encode::contract(&contract)),
        })
    }
}
