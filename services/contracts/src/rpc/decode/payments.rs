//! Requests about payments.

use std::ops::RangeInclusive;

use ids::{PaymentId, StaffId};
use proto::contracts::v1 as asked;
use proto::contracts::v1::plan_payments_request::Plan as How;
use rpc::decode::{Fields, Invalid};

use super::fields::{MAX_NAME, money, months, positive, required_time, time};
use crate::app::move_payment::MovePayment;
use crate::app::plan_payments::PlanPayments;
use crate::app::receive_amount::ReceiveAmount;
use crate::app::refund_payment::RefundPayment;
use crate::app::remove_payment::RemovePayment;
use crate::domain::month::Month;
use crate::domain::plan::{MAX_PLANNED, Plan, Planned};
use crate::store::receivables::{Filter, StateName};

/// Ten years from one instalment to the next.
const MAX_MONTHS_BETWEEN: i32 = 120;

/// A year from the begin of a period to its payment.
const MAX_DUE_DAYS: i32 = 365;

/// Months of one comparison.
const MAX_MONTHS: usize = 120;

/// A century; who looks for more finds nothing.
const MAX_DAYS_OVERDUE: i32 = 36_500;

pub fn plan_payments(
    request: &asked::PlanPaymentsRequest,
    by: Option<StaffId>,
) -> Result<PlanPayments, Invalid> {
    let mut fields = Fields::new();
    let contract = fields.parse("contract_id", &request.contract_id);
    let plan = fields.parse_optional("plan_id", &request.plan_id);
    let how = fields.require("plan", request.plan.as_ref());
    let how = how.and_then(|how| match how {
        How::Given(given) => fields.nested("given", |fields| planned(fields, given)),
        How::Instalments(equal) => {
            fields.nested("instalments", |fields| equal_parts(fields, equal))
        }
        How::Periods(periods) => fields.nested("periods", |fields| {
            let due_days = small(fields, "due_days", periods.due_days, &(0..=MAX_DUE_DAYS))?;
            Some(Plan::Periods { due_days })
        }),
    });
    fields.finish(|| {
        let how = how?;
        let first = match &how {
            Plan::Given(planned) => planned.first().map(|it| it.id),
            Plan::Instalments { .. } | Plan::Periods { .. } => None,
        };
        let first = first.unwrap_or_else(PaymentId::generate);
        Some(PlanPayments {
            contract: contract?,
            plan: plan?.unwrap_or(first),
            how,
            by,
        })
    })
}

fn planned(fields: &mut Fields, given: &asked::GivenPlan) -> Option<Plan> {
    let count = given.payments.len();
    if !(1..=MAX_PLANNED).contains(&count) {
        let limit = format!("are 1 to {MAX_PLANNED}");
        fields.wrong("payments", "OUT_OF_RANGE", limit);
        return None;
    }
    let all = given.payments.iter().enumerate().map(|(place, payment)| {
        fields.nested(&format!("payments[{place}]"), |fields| {
            let id = fields.parse_optional("payment_id", &payment.payment_id);
            let amount = money(fields, "amount", payment.amount.as_ref());
            let amount = amount.and_then(|amount| fields.require("amount", amount));
            let due_at = required_time(fields, "due_at", payment.due_at.as_ref());
            Some(Planned {
                id: id?.unwrap_or_else(PaymentId::generate),
                amount: amount?,
                due_at: due_at?,
            })
        })
    });
    // All are read, so that all that is wrong is named.
    let all: Vec<Option<Planned>> = all.collect();
    all.into_iter().collect::<Option<_>>().map(Plan::Given)
}

fn equal_parts(fields: &mut Fields, equal: &asked::InstalmentPlan) -> Option<Plan> {
    let most = i32::try_from(MAX_PLANNED).unwrap_or(i32::MAX);
    let count = small(fields, "count", equal.count, &(1..=most));
    let total = positive(fields, "total", equal.total.as_ref());
    let first = time(fields, "first_due_at", equal.first_due_at.as_ref());
    let range = 0..=MAX_MONTHS_BETWEEN;
    let months = small(fields, "months_between", equal.months_between, &range);
    Some(Plan::Instalments {
        count: count?,
        total: total?,
        first_due_at: first?,
        months_between: months?.max(1),
    })
}

fn small(
    fields: &mut Fields,
    field: &str,
    number: i32,
    bounds: &RangeInclusive<i32>,
) -> Option<u16> {
    let number = fields.within(field, number, bounds)?;
    u16::try_from(number).ok()
}

pub fn receive_amount(
    request: &asked::ReceiveAmountRequest,
    by: Option<StaffId>,
) -> Result<ReceiveAmount, Invalid> {
    let mut fields = Fields::new();
    let contract = fields.parse("contract_id", &request.contract_id);
    let payment = fields.parse("payment_id", &request.payment_id);
    let amount = positive(&mut fields, "amount", request.amount.as_ref());
    let amount = amount.and_then(|amount| fields.require("amount", amount));
    let received_at = time(&mut fields, "received_at", request.received_at.as_ref());
    let rest = fields.parse_optional("rest_payment_id", &request.rest_payment_id);
    fields.finish(|| {
        Some(ReceiveAmount {
            contract: contract?,
            payment: payment?,
            amount: amount?,
            received_at: received_at?,
            rest: rest?.unwrap_or_else(PaymentId::generate),
            by,
        })
    })
}

pub fn refund_payment(
    request: &asked::RefundPaymentRequest,
    by: Option<StaffId>,
) -> Result<RefundPayment, Invalid> {
    let mut fields = Fields::new();
    let contract = fields.parse("contract_id", &request.contract_id);
    let payment = fields.parse("payment_id", &request.payment_id);
    let refund = fields.parse_optional("refund_id", &request.refund_id);
    let amount = positive(&mut fields, "amount", request.amount.as_ref());
    let reason = fields.text("reason", &request.reason, MAX_NAME);
    let refunded_at = time(&mut fields, "refunded_at", request.refunded_at.as_ref());
    fields.finish(|| {
        Some(RefundPayment {
            contract: contract?,
            payment: payment?,
            refund: refund?.unwrap_or_else(PaymentId::generate),
            amount: amount?,
            reason: reason?,
            refunded_at: refunded_at?,
            by,
        })
    })
}

pub fn move_payment(
    request: &asked::MovePaymentRequest,
    by: Option<StaffId>,
) -> Result<MovePayment, Invalid> {
    let mut fields = Fields::new();
    let contract = fields.parse("contract_id", &request.contract_id);
    let payment = fields.parse("payment_id", &request.payment_id);
    let revision = fields.within("revision", request.revision, &(0..=i64::MAX));
    let due_at = required_time(&mut fields, "due_at", request.due_at.as_ref());
    fields.finish(|| {
        Some(MovePayment {
            contract: contract?,
            payment: payment?,
            revision: revision?,
            due_at: due_at?,
            by,
        })
    })
}

pub fn remove_payment(
    request: &asked::RemovePaymentRequest,
    by: Option<StaffId>,
) -> Result<RemovePayment, Invalid> {
    let mut fields = Fields::new();
    let contract = fields.parse("contract_id", &request.contract_id);
    let payment = fields.parse("payment_id", &request.payment_id);
    let revision = fields.within("revision", request.revision, &(0..=i64::MAX));
    let reason = fields.text_optional("reason", &request.reason, MAX_NAME);
    fields.finish(|| {
        Some(RemovePayment {
            contract: contract?,
            payment: payment?,
            revision: revision?,
            reason: reason?.unwrap_or_default(),
            by,
        })
    })
}

pub fn list_payments(request: &asked::ListPaymentsRequest) -> Result<Filter, Invalid> {
    let mut fields = Fields::new();
    let contract = fields.parse_optional("contract_id", &request.contract_id);
    let responsible = fields.parse_optional("responsible_id", &request.responsible_id);
    let state = match request.state() {
        asked::PaymentState::Unspecified => None,
        asked::PaymentState::Expected => Some(StateName::Expected),
        asked::PaymentState::Received => Some(StateName::Received),
        asked::PaymentState::Refund => Some(StateName::Refund),
        asked::PaymentState::Removed => Some(StateName::Removed),
    };
    let currency = fields.text_optional("currency", &request.currency, 3);
    let due_from = time(&mut fields, "due_from", request.due_from.as_ref());
    let due_before = time(&mut fields, "due_before", request.due_before.as_ref());
    let received_from = time(&mut fields, "received_from", request.received_from.as_ref());
    let before = request.received_before.as_ref();
    let received_before = time(&mut fields, "received_before", before);
    fields.finish(|| {
        Some(Filter {
            contract: contract?,
            responsible: responsible?,
            state,
            currency: currency?,
            due_from: due_from?,
            due_before: due_before?,
            received_from: received_from?,
            received_before: received_before?,
        })
    })
}

/// Whose payments, and for how many days they are overdue.
pub fn list_overdue_payments(
    request: &asked::ListOverduePaymentsRequest,
) -> Result<(Option<StaffId>, u16), Invalid> {
    let mut fields = Fields::new();
    let responsible = fields.parse_optional("responsible_id", &request.responsible_id);
    let days = &(0..=MAX_DAYS_OVERDUE);
    let min_days = small(&mut fields, "min_days", request.min_days, days);
    fields.finish(|| Some((responsible?, min_days?)))
}

pub fn compare_payments(
    request: &asked::ComparePaymentsRequest,
) -> Result<(Vec<Month>, Option<StaffId>), Invalid> {
    let mut fields = Fields::new();
    let span = (request.first_month.as_str(), request.last_month.as_str());
    let months = months(&mut fields, span, MAX_MONTHS);
    let responsible = fields.parse_optional("responsible_id", &request.responsible_id);
    fields.finish(|| Some((months?, responsible?)))
}
