//! Extensions and expansions as callers see them.

use std::sync::Arc;

use proto::contracts::v1::growth_service_server::GrowthService;
use proto::contracts::v1::{
    ExpandContractRequest, ExpandContractResponse, ExtendContractRequest, ExtendContractResponse,
    ListContractGrowthRequest, ListContractGrowthResponse,
};
use tonic::Request;

use super::{Answer, answer, decode, encode, read, staff};
use crate::app::App;
use crate::app::grow_contract::grow_contract;
use crate::error::Error;
use crate::store::{contracts, growth};

/// Answers calls.
pub struct Rpc(pub Arc<App>);

#[tonic::async_trait]
impl GrowthService for Rpc {
    async fn extend_contract(
        &self,
        request: Request<ExtendContractRequest>,
    ) -> Answer<ExtendContractResponse> {
        let by = staff(&request);
        let cmd = read(decode::growth::extend_contract(request.get_ref(), by))?;
        let (growth, contract) = grow_contract(&self.0, &cmd).await?;
        answer(ExtendContractResponse {
            growth: Some(encode::growth::growth(&growth)),
            contract: Some(encode::contract(&contract)),
        })
    }

    async fn expand_contract(
        &self,
        request: Request<ExpandContractRequest>,
    ) -> Answer<ExpandContractResponse> {
        let by = staff(&request);
        let cmd = read(decode::growth::expand_contract(request.get_ref(), by))?;
        let (growth, contract) = grow_contract(&self.0, &cmd).await?;
        answer(ExpandContractResponse {
            growth: Some(encode::growth::growth(&growth)),
            contract: Some(encode::contract(&contract)),
        })
    }

    async fn list_contract_growth(
        &self,
        request: Request<ListContractGrowthRequest>,
    ) -> Answer<ListContractGrowthResponse> {
        let request = request.get_ref();
        let id = read(decode::id("contract_id", &request.contract_id))?;
        let size = read(rpc::page::size(request.page_size))?;
        let before = read(rpc::page::decode::<growth::Cursor>(&request.page_token))?;
        answer(list(&self.0, id, before, size).await?)
    }
}

async fn list(
    app: &App,
    id: ids::ContractId,
    before: Option<growth::Cursor>,
    size: u32,
) -> Result<ListContractGrowthResponse, Error> {
    let reader = app.database().reader();
    if contracts::get(reader, id).await?.is_none() {
        return Err(Error::ContractNotFound(id));
    }
    let page = growth::page(reader, id, before, size + 1).await?;
    let (page, next_page_token) = rpc::page::cut(page, size, |it| it.growth.version);
    Ok(ListContractGrowthResponse {
        growth: page.iter().map(encode::growth::growth).collect(),
        next_page_token,
    })
}
