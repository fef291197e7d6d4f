//! Costs and suppliers over gRPC.

mod decode;
mod encode;
mod read;

use proto::campaigns::v1::{self as pb, costs_service_server::CostsService};
use tonic::Request;

use super::{Answer, Rpc, answer, money, staff};
use crate::{
    app::{
        App,
        add_supplier::{AddSupplier, add_supplier},
        import_costs::import_costs,
        log_supplier_interaction::{LogSupplierInteraction, log_supplier_interaction},
        record_costs::record_costs,
        remove_cost::remove_cost,
        remove_supplier::remove_supplier,
        update_cost::update_cost,
        update_supplier::update_supplier,
    },
    error::Error,
};

#[tonic::async_trait]
impl CostsService for Rpc {
    async fn record_cost(
        &self,
        request: Request<pb::RecordCostRequest>,
    ) -> Answer<pb::RecordCostResponse> {
        answer(record(&self.0, request.get_ref()).await)
    }

    async fn update_cost(
        &self,
        request: Request<pb::UpdateCostRequest>,
    ) -> Answer<pb::UpdateCostResponse> {
        answer(update(&self.0, request.get_ref()).await)
    }

    async fn remove_cost(
        &self,
        request: Request<pb::RemoveCostRequest>,
    ) -> Answer<pb::RemoveCostResponse> {
        answer(remove(&self.0, request.get_ref()).await)
    }

    async fn list_costs(
        &self,
        request: Request<pb::ListCostsRequest>,
    ) -> Answer<pb::ListCostsResponse> {
        answer(read::costs(&self.0, request.get_ref()).await)
    }

    async fn import_costs(
        &self,
        request: Request<pb::ImportCostsRequest>,
    ) -> Answer<pb::ImportCostsResponse> {
        answer(import(&self.0, request.get_ref()).await)
    }

    async fn add_supplier(
        &self,
        request: Request<pb::AddSupplierRequest>,
    ) -> Answer<pb::AddSupplierResponse> {
        answer(add_one(&self.0, request.get_ref()).await)
    }

    async fn update_supplier(
        &self,
        request: Request<pb::UpdateSupplierRequest>,
    ) -> Answer<pb::UpdateSupplierResponse> {
        answer(update_one(&self.0, request.get_ref()).await)
    }

    async fn remove_supplier(
        &self,
        request: Request<pb::RemoveSupplierRequest>,
    ) -> Answer<pb::RemoveSupplierResponse> {
        answer(remove_one(&self.0, request.get_ref()).await)
    }

    async fn list_suppliers(
        &self,
        request: Request<pb::ListSuppliersRequest>,
    ) -> Answer<pb::ListSuppliersResponse> {
        answer(read::suppliers(&self.0, request.get_ref()).await)
    }

    async fn log_supplier_interaction(
        &self,
        request: Request<pb::LogSupplierInteractionRequest>,
    ) -> Answer<pb::LogSupplierInteractionResponse> {
        let by = staff(rpc::identity(&request));
        answer(log(&self.0, request.get_ref(), by).await)
    }

    async fn list_supplier_interactions(
        &self,
        request: Request<pb::ListSupplierInteractionsRequest>,
    ) -> Answer<pb::ListSupplierInteractionsResponse> {
        answer(read::interactions(&self.0, request.get_ref()).await)
    }
}

async fn record(
    app: &App,
    request: &pb::RecordCostRequest,
) -> Result<pb::RecordCostResponse, Error> {
    let cmd = decode::record_cost(app, request)?;
    let recorded = record_costs(app, cmd).await?.into_iter().next();
    let cost = match recorded {
        Some(recorded) => Some(encode::cost(&recorded?.cost)),
        None => None,
    };
    Ok(pb::RecordCostResponse { cost })
}

async fn update(
    app: &App,
    request: &pb::UpdateCostRequest,
) -> Result<pb::UpdateCostResponse, Error> {
    let cmd = decode::update_cost(app, request)?;
    let cost = Some(encode::cost(&update_cost(app, cmd).await?));
    Ok(pb::UpdateCostResponse { cost })
}

async fn remove(
    app: &App,
    request: &pb::RemoveCostRequest,
) -> Result<pb::RemoveCostResponse, Error> {
    let cmd = decode::remove_cost(request)?;
    let cost = Some(encode::cost(&remove_cost(app, cmd).await?));
    Ok(pb::RemoveCostResponse { cost })
}

async fn import(
    app: &App,
    request: &pb::ImportCostsRequest,
) -> Result<pb::ImportCostsResponse, Error> {
    let cmd = decode::import_costs(app, request)?;
    let imported = money::imported(import_costs(app, cmd).await?);
    Ok(pb::ImportCostsResponse {
        rows: imported.rows,
        created: imported.created,
        known: imported.known,
        rejected: imported.rejected,
    })
}

async fn add_one(
    app: &App,
    request: &pb::AddSupplierRequest,
) -> Result<pb::AddSupplierResponse, Error> {
    let supplier = decode::add_supplier(app, request)?;
    let supplier = add_supplier(app, AddSupplier { supplier }).await?;
    let supplier = Some(encode::supplier(&supplier));
    Ok(pb::AddSupplierResponse { supplier })
}

async fn update_one(
    app: &App,
    request: &pb::UpdateSupplierRequest,
) -> Result<pb::UpdateSupplierResponse, Error> {
    let cmd = decode::update_supplier(request)?;
    let supplier = Some(encode::supplier(&update_supplier(app, cmd).await?));
    Ok(pb::UpdateSupplierResponse { supplier })
}

async fn remove_one(
    app: &App,
    request: &pb::RemoveSupplierRequest,
) -> Result<pb::RemoveSupplierResponse, Error> {
    let cmd = decode::remove_supplier(request)?;
    let supplier = Some(encode::supplier(&remove_supplier(app, cmd).await?));
    Ok(pb::RemoveSupplierResponse { supplier })
}

async fn log(
    app: &App,
    request: &pb::LogSupplierInteractionRequest,
    by: Option<ids::StaffId>,
) -> Result<pb::LogSupplierInteractionResponse, Error> {
    let interaction = decode::log_supplier_interaction(app, request, by)?;
    let cmd = LogSupplierInteraction { interaction };
    let interaction = log_supplier_interaction(app, cmd).await?;
    let interaction = Some(encode::interaction(&interaction));
    Ok(pb::LogSupplierInteractionResponse { interaction })
}
