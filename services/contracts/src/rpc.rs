//! The service as callers see it: each method decodes, has it done, and encodes.

pub mod churn;
pub mod decode;
pub mod encode;
pub mod growth;
pub mod payments;

use std::sync::Arc;

use ids::{ContractId, LeadId, PersonId, StaffId};
use messaging::erased;
use persons::merges;
use proto::contracts::v1 as shown;
use proto::contracts::v1::contracts_service_server::ContractsService;
use proto::contracts::v1::{
    ActivateContractRequest, ActivateContractResponse, EndContractRequest, EndContractResponse,
    EndReason, ExpectPaymentRequest, ExpectPaymentResponse, GetContractRequest,
    GetContractResponse, ListContractsRequest, ListContractsResponse, ListEndReasonsRequest,
    ListEndReasonsResponse, ReceivePaymentRequest, ReceivePaymentResponse, SendContractRequest,
    SendContractResponse, SignContractRequest, SignContractResponse, UpdateContractRequest,
    UpdateContractResponse,
};
use proto::convert::timestamp;
use rpc::Identity;
use rpc::decode::Invalid;
use tonic::{Request, Response, Status};

use crate::app::App;
use crate::app::activate_contract::activate_contract;
use crate::app::end_contract::end_contract;
use crate::app::expect_payment::expect_payment;
use crate::app::receive_payment::receive_payment;
use crate::app::send_contract::send_contract;
use crate::app::sign_contract::sign_contract;
use crate::app::update_contract::update_contract;
use crate::domain::contract::Contract;
use crate::error::Error;
use crate::store::{contracts, end_reasons, history, payments as payment_rows, versions};

/// Contracts shown that name one as the one before.
const FOLLOWING_SHOWN: u32 = 100;

type Answer<T> = Result<Response<T>, Status>;

/// Answers calls.
pub struct Rpc(pub Arc<App>);

impl From<Error> for Status {
    fn from(error: Error) -> Self {
        rpc::status("contracts", &error)
    }
}

#[tonic::async_trait]
impl ContractsService for Rpc {
    async fn get_contract(
        &self,
        request: Request<GetContractRequest>,
    ) -> Answer<GetContractResponse> {
        let id = read(decode::id("contract_id", &request.get_ref().contract_id))?;
        answer(self.card(id).await?)
    }

    async fn list_contracts(
        &self,
        request: Request<ListContractsRequest>,
    ) -> Answer<ListContractsResponse> {
        let request = request.get_ref();
        let mut filter = read(decode::list_contracts(request))?;
        let size = read(rpc::page::size(request.page_size))?;
        let after = read(rpc::page::decode::<contracts::Cursor>(&request.page_token))?;
        let reader = self.0.database().reader();
        filter.persons = merges::as_one(reader, filter.persons)
            .await
            .map_err(Error::from)?;
        let total = contracts::count(reader, &filter)
            .await
            .map_err(Error::from)?;
        let page = contracts::page(reader, &filter, after, size + 1)
            .await
            .map_err(Error::from)?;
        let (page, next_page_token) = rpc::page::cut(page, size, |contract| {
            (contract.drafted_at, contract.id.uuid())
        });
        let contracts = self.dated(&page).await?;
        answer(ListContractsResponse {
            contracts,
            next_page_token,
            total,
        })
    }

    async fn update_contract(
        &self,
        request: Request<UpdateContractRequest>,
    ) -> Answer<UpdateContractResponse> {
        let cmd = read(decode::update_contract(request.get_ref(), staff(&request)))?;
        let contract = update_contract(&self.0, &cmd).await?;
        answer(UpdateContractResponse {
            contract: Some(encode::contract(&contract)),
        })
    }

    async fn send_contract(
        &self,
        request: Request<SendContractRequest>,
    ) -> Answer<SendContractResponse> {
        let cmd = read(decode::send_contract(request.get_ref(), staff(&request)))?;
        let contract = send_contract(&self.0, cmd).await?;
        answer(SendContractResponse {
            contract: Some(encode::contract(&contract)),
        })
    }

    async fn sign_contract(
        &self,
        request: Request<SignContractRequest>,
    ) -> Answer<SignContractResponse> {
        let cmd = read(decode::sign_contract(request.get_ref(), staff(&request)))?;
        let contract = sign_contract(&self.0, cmd).await?;
        answer(SignContractResponse {
            contract: Some(encode::contract(&contract)),
        })
    }

    async fn activate_contract(
        &self,
        request: Request<ActivateContractRequest>,
    ) -> Answer<ActivateContractResponse> {
        let cmd = read(decode::activate_contract(
            request.get_ref(),
            staff(&request),
        ))?;
        let contract = activate_contract(&self.0, cmd).await?;
        answer(ActivateContractResponse {
            contract: Some(encode::contract(&contract)),
        })
    }

    async fn end_contract(
        &self,
        request: Request<EndContractRequest>,
    ) -> Answer<EndContractResponse> {
        let cmd = read(decode::end_contract(request.get_ref(), staff(&request)))?;
        let contract = end_contract(&self.0, &cmd).await?;
        answer(EndContractResponse {
            contract: Some(encode::contract(&contract)),
        })
    }

    async fn expect_payment(
        &self,
        request: Request<ExpectPaymentRequest>,
    ) -> Answer<ExpectPaymentResponse> {
        let cmd = read(decode::expect_payment(request.get_ref(), staff(&request)))?;
        let payment = expect_payment(&self.0, &cmd).await?;
        answer(ExpectPaymentResponse {
            payment: Some(encode::payment(&payment)),
        })
    }

    async fn receive_payment(
        &self,
        request: Request<ReceivePaymentRequest>,
    ) -> Answer<ReceivePaymentResponse> {
        let cmd = read(decode::receive_payment(request.get_ref(), staff(&request)))?;
        let payment = receive_payment(&self.0, cmd).await?;
        answer(ReceivePaymentResponse {
            payment: Some(encode::payment(&payment)),
        })
    }

    async fn list_end_reasons(
        &self,
        _: Request<ListEndReasonsRequest>,
    ) -> Answer<ListEndReasonsResponse> {
        let reasons = end_reasons::all(self.0.database().reader())
            .await
            .map_err(Error::from)?;
        let reasons = reasons.into_iter().map(|it| EndReason {
            code: it.code,
            name: it.name,
        });
        answer(ListEndReasonsResponse {
            reasons: reasons.collect(),
        })
    }
}

impl Rpc {
    async fn card(&self, id: ContractId) -> Result<GetContractResponse, Error> {
        let reader = self.0.database().reader();
        let contract = contracts::get(reader, id)
            .await?
            .ok_or(Error::ContractNotFound(id))?;
        let payments = payment_rows::of_contract(reader, id).await?;
        let history = history::of_contract(reader, id).await?;
        let versions = versions::of_contract(reader, id).await?;
        let named = contracts::Filter {
            previous: Some(id),
            ..contracts::Filter::default()
        };
        let following = contracts::page(reader, &named, None, FOLLOWING_SHOWN).await?;
        Ok(GetContractResponse {
            contract: self.dated(&[contract]).await?.pop(),
            payments: payments
                .iter()
                .filter(|payment| payment.removed_at().is_none())
                .map(encode::payment)
                .collect(),
            history: history.iter().map(encode::line).collect(),
            versions: versions.iter().map(encode::version).collect(),
            following: following.iter().map(encode::contract).collect(),
        })
    }

    /// Contracts with when they were erased: that tells them from those without words.
    async fn dated(&self, contracts: &[Contract]) -> Result<Vec<shown::Contract>, Error> {
        let whose = |it: &Contract| {
            let (lead, person) = (it.parties.lead, it.parties.client.person);
            let ids = [
                Some(it.id.uuid()),
                lead.map(LeadId::uuid),
                person.map(PersonId::uuid),
            ];
            ids.into_iter().flatten()
        };
        let reader = self.0.database().reader();
        let erased = erased::of(reader, contracts.iter().flat_map(whose)).await?;
        let shown = contracts.iter().map(|contract| {
            let at = whose(contract).find_map(|id| erased.get(&id));
            shown::Contract {
                erased_at: at.copied().map(timestamp),
                ..encode::contract(contract)
            }
        });
        Ok(shown.collect())
    }
}

/// The member of the staff who asks.
fn staff<T>(request: &Request<T>) -> Option<StaffId> {
    match rpc::identity(request) {
        Identity::Staff { id, .. } => id.parse().ok(),
        Identity::Anyone | Identity::Partner { .. } | Identity::Service { .. } => None,
    }
}

fn read<T>(decoded: Result<T, Invalid>) -> Result<T, Error> {
    Ok(decoded?)
}

#[expect(clippy::unnecessary_wraps, reason = "it ends methods that may fail")]
fn answer<T>(message: T) -> Answer<T> {
    Ok(Response::new(message))
}
