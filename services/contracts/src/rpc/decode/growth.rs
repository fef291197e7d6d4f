//! Requests to make contracts longer or larger.

use ids::{GrowthId, StaffId};
use proto::contracts::v1 as asked;
use rpc::decode::{Fields, Invalid};

use super::fields::{money, positive, required_time, time};
use crate::app::grow_contract::{GrowContract, What};

pub fn extend_contract(
    request: &asked::ExtendContractRequest,
    by: Option<StaffId>,
) -> Result<GrowContract, Invalid> {
    let mut fields = Fields::new();
    let contract = fields.parse("contract_id", &request.contract_id);
    let growth = fields.parse_optional("growth_id", &request.growth_id);
    let revision = fields.within("revision", request.revision, &(0..=i64::MAX));
    let ends_at = required_time(&mut fields, "ends_at", request.ends_at.as_ref());
    let amount = money(&mut fields, "amount_added", request.amount_added.as_ref());
    let deal = fields.parse_optional("deal_id", &request.deal_id);
    let grown_at = time(&mut fields, "grown_at", request.grown_at.as_ref());
    fields.finish(|| {
        Some(GrowContract {
            contract: contract?,
            growth: growth?.unwrap_or_else(GrowthId::generate),
            revision: revision?,
            what: What::Extend {
                ends_at: ends_at?,
                amount_added: amount?,
            },
            deal: deal?,
            grown_at: grown_at?,
            by,
        })
    })
}

pub fn expand_contract(
    request: &asked::ExpandContractRequest,
    by: Option<StaffId>,
) -> Result<GrowContract, Invalid> {
    let mut fields = Fields::new();
    let contract = fields.parse("contract_id", &request.contract_id);
    let growth = fields.parse_optional("growth_id", &request.growth_id);
    let revision = fields.within("revision", request.revision, &(0..=i64::MAX));
    let amount = positive(&mut fields, "amount_added", request.amount_added.as_ref());
    let amount = amount.and_then(|amount| fields.require("amount_added", amount));
    let from = time(&mut fields, "from_at", request.from_at.as_ref());
    let deal = fields.parse_optional("deal_id", &request.deal_id);
    let grown_at = time(&mut fields, "grown_at", request.grown_at.as_ref());
    fields.finish(|| {
        Some(GrowContract {
            contract: contract?,
            growth: growth?.unwrap_or_else(GrowthId::generate),
            revision: revision?,
            what: What::Expand {
                from: from?,
                amount_added: amount?,
            },
            deal: deal?,
            grown_at: grown_at?,
            by,
        })
    })
}
