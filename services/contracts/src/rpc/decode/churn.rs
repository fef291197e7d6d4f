//! Requests about contracts that ended.

use ids::StaffId;
use proto::contracts::v1 as asked;
use rpc::decode::{Fields, Invalid};

use super::fields::months;
use crate::app::explain_expiry::ExplainExpiry;
use crate::domain::churn::Fate;
use crate::domain::code::Code;
use crate::domain::contract::Contract;
use crate::domain::month::Month;

/// Months of one report.
const MAX_MONTHS: usize = 60;

pub fn get_churn(
    request: &asked::GetChurnRequest,
) -> Result<(Vec<Month>, Option<StaffId>), Invalid> {
    let mut fields = Fields::new();
    let span = (request.first_month.as_str(), request.last_month.as_str());
    let months = months(&mut fields, span, MAX_MONTHS);
    let responsible = fields.parse_optional("responsible_id", &request.responsible_id);
    fields.finish(|| Some((months?, responsible?)))
}

/// Which contracts that ended a list shows.
#[derive(Debug)]
pub struct ListChurn {
    pub months: Vec<Month>,
    pub responsible: Option<StaffId>,
    state: asked::ChurnState,
    reason: Reason,
}

#[derive(Debug)]
enum Reason {
    Any,
    None,
    This(Code),
}

impl ListChurn {
    pub fn shows(&self, contract: &Contract, fate: Fate) -> bool {
        let state = match self.state {
            asked::ChurnState::Unspecified => true,
            asked::ChurnState::Churned => fate == Fate::Churned,
            asked::ChurnState::Undecided => fate == Fate::Undecided,
            asked::ChurnState::Followed => matches!(fate, Fate::Followed(_)),
        };
        let reason = contract.end_of().and_then(|end| end.kind.reason());
        let for_reason = match &self.reason {
            Reason::Any => true,
            Reason::None => reason.is_none(),
            Reason::This(code) => reason == Some(code),
        };
        state && for_reason
    }
}

pub fn list_churn(request: &asked::ListChurnRequest) -> Result<ListChurn, Invalid> {
    let mut fields = Fields::new();
    let span = (request.first_month.as_str(), request.last_month.as_str());
    let months = months(&mut fields, span, MAX_MONTHS);
    let responsible = fields.parse_optional("responsible_id", &request.responsible_id);
    let reason = match request.reason.as_str() {
        "" => Some(Reason::Any),
        "none" => Some(Reason::None),
        code => fields.read("reason", Code::try_new(code)).map(Reason::This),
    };
    fields.finish(|| {
        Some(ListChurn {
            months: months?,
            responsible: responsible?,
            state: request.state(),
            reason: reason?,
        })
    })
}

pub fn explain_expiry(
    request: &asked::ExplainExpiryRequest,
    by: Option<StaffId>,
) -> Result<ExplainExpiry, Invalid> {
    let mut fields = Fields::new();
    let contract = fields.parse("contract_id", &request.contract_id);
    let revision = fields.within("revision", request.revision, &(0..=i64::MAX));
    let reason = super::optional_reason(&mut fields, &request.reason);
    fields.finish(|| {
        let reason = reason?;
        Some(ExplainExpiry {
            contract: contract?,
            revision: revision?,
            reason,
            by,
        })
    })
}
