//! Requests as commands; the only place where errors of fields are born.

pub mod churn;
pub mod fields;
pub mod growth;
pub mod payments;

use std::ops::RangeInclusive;

use ids::{PaymentId, StaffId};
use proto::contracts::v1 as asked;
use rpc::decode::{Fields, Invalid};

pub use self::fields::id;
use self::fields::{MAX_NAME, edit, given, money, text, time};
use crate::app::activate_contract::ActivateContract;
use crate::app::end_contract::EndContract;
use crate::app::expect_payment::ExpectPayment;
use crate::app::receive_payment::ReceivePayment;
use crate::app::send_contract::SendContract;
use crate::app::sign_contract::SignContract;
use crate::app::update_contract::UpdateContract;
use crate::domain::code::Code;
use crate::domain::contract::{EndKind, StateName, Update};
use crate::domain::kind::Kind;
use crate::domain::terms::Change;
use crate::store::contracts::Filter;

/// A century; longer periods are slips of the pen.
pub const MAX_PERIOD_MONTHS: i32 = 1_200;

/// Ten years.
pub const MAX_NOTICE_DAYS: i32 = 3_650;

pub fn list_contracts(request: &asked::ListContractsRequest) -> Result<Filter, Invalid> {
    let mut fields = Fields::new();
    let deal = fields.parse_optional("deal_id", &request.deal_id);
    let person = fields.parse_optional("person_id", &request.person_id);
    let organisation = fields.parse_optional("organisation_id", &request.organisation_id);
    let responsible = fields.parse_optional("responsible_id", &request.responsible_id);
    let state = match request.state() {
        asked::ContractState::Unspecified => None,
        asked::ContractState::Draft => Some(StateName::Draft),
        asked::ContractState::Sent => Some(StateName::Sent),
        asked::ContractState::Signed => Some(StateName::Signed),
        asked::ContractState::Active => Some(StateName::Active),
        asked::ContractState::Ended => Some(StateName::Ended),
    };
    let kind = match request.kind() {
        asked::ContractKind::Unspecified => None,
        asked::ContractKind::New => Some(Kind::New),
        asked::ContractKind::Renewal => Some(Kind::Renewal),
        asked::ContractKind::Extension => Some(Kind::Extension),
        asked::ContractKind::Expansion => Some(Kind::Expansion),
        asked::ContractKind::CrossSale => Some(Kind::CrossSale),
    };
    let previous = fields.parse_optional("previous_contract_id", &request.previous_contract_id);
    fields.finish(|| {
        Some(Filter {
            state,
            kind,
            previous: previous?,
            deal: deal?,
            persons: person?.into_iter().collect(),
            organisation: organisation?,
            responsible: responsible?,
        })
    })
}

pub fn update_contract(
    request: &asked::UpdateContractRequest,
    by: Option<StaffId>,
) -> Result<UpdateContract, Invalid> {
    let mut fields = Fields::new();
    let contract = fields.parse("contract_id", &request.contract_id);
    let revision = fields.within("revision", request.revision, &(0..=i64::MAX));
    let terms = terms(&mut fields, request);
    let responsible = edit(
        &mut fields,
        "responsible_id",
        request.responsible_id.as_deref(),
    );
    fields.finish(|| {
        Some(UpdateContract {
            contract: contract?,
            revision: revision?,
            update: Update {
                terms: terms?,
                responsible: responsible?,
            },
            by,
        })
    })
}

fn terms(fields: &mut Fields, request: &asked::UpdateContractRequest) -> Option<Change> {
    let title = given(request.title.as_ref(), |it| {
        fields.text("title", it, MAX_NAME)
    });
    let amount = money(fields, "amount", request.amount.as_ref());
    let period = number(
        fields,
        "period_months",
        request.period_months,
        &(1..=MAX_PERIOD_MONTHS),
    );
    let starts_at = time(fields, "starts_at", request.starts_at.as_ref());
    let ends_at = time(fields, "ends_at", request.ends_at.as_ref());
    let days = request.renewal_notice_days;
    let notice = number(fields, "renewal_notice_days", days, &(0..=MAX_NOTICE_DAYS));
    let words = given(request.terms.as_ref(), |it| text(fields, "terms", it));
    Some(Change {
        title: title?,
        amount: amount?,
        recurring: request.recurring,
        period_months: period?,
        starts_at: starts_at?,
        ends_at: ends_at?,
        renewal_notice_days: notice?,
        text: words?,
    })
}

/// A small number that may be absent.
#[expect(
    clippy::option_option,
    reason = "wrong, absent and given are three cases"
)]
fn number(
    fields: &mut Fields,
    field: &str,
    number: Option<i32>,
    bounds: &RangeInclusive<i32>,
) -> Option<Option<u16>> {
    let Some(number) = number else {
        return Some(None);
    };
    let number = fields.within(field, number, bounds)?;
    u16::try_from(number).ok().map(Some)
}

pub fn send_contract(
    request: &asked::SendContractRequest,
    by: Option<StaffId>,
) -> Result<SendContract, Invalid> {
    let contract = id("contract_id", &request.contract_id)?;
    Ok(SendContract { contract, by })
}

pub fn sign_contract(
    request: &asked::SignContractRequest,
    by: Option<StaffId>,
) -> Result<SignContract, Invalid> {
    let mut fields = Fields::new();
    let contract = fields.parse("contract_id", &request.contract_id);
    let signed_at = time(&mut fields, "signed_at", request.signed_at.as_ref());
    fields.finish(|| {
        Some(SignContract {
            contract: contract?,
            signed_at: signed_at?,
            by,
        })
    })
}

pub fn activate_contract(
    request: &asked::ActivateContractRequest,
    by: Option<StaffId>,
) -> Result<ActivateContract, Invalid> {
    let contract = id("contract_id", &request.contract_id)?;
    Ok(ActivateContract { contract, by })
}

pub fn end_contract(
    request: &asked::EndContractRequest,
    by: Option<StaffId>,
) -> Result<EndContract, Invalid> {
    let mut fields = Fields::new();
    let contract = fields.parse("contract_id", &request.contract_id);
    let kind = match request.kind.as_str() {
        "expired" => {
            optional_reason(&mut fields, &request.reason).map(|reason| EndKind::Expired { reason })
        }
        "terminated" => fields
            .read("reason", Code::try_new(&request.reason))
            .map(|reason| EndKind::Terminated { reason }),
        _ => {
            fields.wrong("kind", "MALFORMED", "is expired or terminated");
            None
        }
    };
    fields.finish(|| {
        Some(EndContract {
            contract: contract?,
            kind: kind?,
            by,
        })
    })
}

/// A reason of the directory, or none.
#[expect(
    clippy::option_option,
    reason = "wrong, absent and given are three cases"
)]
fn optional_reason(fields: &mut Fields, reason: &str) -> Option<Option<Code>> {
    if reason.is_empty() {
        return Some(None);
    }
    fields.read("reason", Code::try_new(reason)).map(Some)
}

pub fn expect_payment(
    request: &asked::ExpectPaymentRequest,
    by: Option<StaffId>,
) -> Result<ExpectPayment, Invalid> {
    let mut fields = Fields::new();
    let contract = fields.parse("contract_id", &request.contract_id);
    let payment = fields.require("payment", request.payment.as_ref());
    let payment = payment.and_then(|payment| {
        fields.nested("payment", |fields| {
            let id = fields.parse_optional("payment_id", &payment.payment_id);
            let amount = money(fields, "amount", payment.amount.as_ref());
            let amount = amount.and_then(|amount| fields.require("amount", amount));
            let due_at = time(fields, "due_at", payment.due_at.as_ref());
            let due_at = due_at.and_then(|due_at| fields.require("due_at", due_at));
            Some((id?.unwrap_or_else(PaymentId::generate), amount?, due_at?))
        })
    });
    fields.finish(|| {
        let (payment, amount, due_at) = payment?;
        Some(ExpectPayment {
            contract: contract?,
            payment,
            amount,
            due_at,
            by,
        })
    })
}

pub fn receive_payment(
    request: &asked::ReceivePaymentRequest,
    by: Option<StaffId>,
) -> Result<ReceivePayment, Invalid> {
    let mut fields = Fields::new();
    let contract = fields.parse("contract_id", &request.contract_id);
    let payment = fields.parse("payment_id", &request.payment_id);
    let received_at = time(&mut fields, "received_at", request.received_at.as_ref());
    fields.finish(|| {
        Some(ReceivePayment {
            contract: contract?,
            payment: payment?,
            received_at: received_at?,
            by,
        })
    })
}
