//! Payments as callers see them.

use std::sync::Arc;

use clock::Timestamp;
use proto::contracts::v1 as shown;
use proto::contracts::v1::payments_service_server::PaymentsService;
use proto::contracts::v1::{
    ComparePaymentsRequest, ComparePaymentsResponse, ListOverduePaymentsRequest,
    ListOverduePaymentsResponse, ListPaymentsRequest, ListPaymentsResponse, MovePaymentRequest,
    MovePaymentResponse, PlanPaymentsRequest, PlanPaymentsResponse, ReceiveAmountRequest,
    ReceiveAmountResponse, RefundPaymentRequest, RefundPaymentResponse, RemovePaymentRequest,
    RemovePaymentResponse,
};
use tonic::Request;

use super::{Answer, answer, decode, encode, read, staff};
use crate::app::App;
use crate::app::move_payment::move_payment;
use crate::app::plan_payments::plan_payments;
use crate::app::receive_amount::receive_amount;
use crate::app::refund_payment::refund_payment;
use crate::app::remove_payment::remove_payment;
use crate::error::Error;
use crate::store::receivables::{self, Cursor, Late};

/// Answers calls.
pub struct Rpc(pub Arc<App>);

#[tonic::async_trait]
impl PaymentsService for Rpc {
    async fn plan_payments(
        &self,
        request: Request<PlanPaymentsRequest>,
    ) -> Answer<PlanPaymentsResponse> {
        let by = staff(&request);
        let cmd = read(decode::payments::plan_payments(request.get_ref(), by))?;
        let payments = plan_payments(&self.0, &cmd).await?;
        answer(PlanPaymentsResponse {
            plan_id: cmd.plan.to_string(),
            payments: payments.iter().map(encode::payment).collect(),
        })
    }

    async fn receive_amount(
        &self,
        request: Request<ReceiveAmountRequest>,
    ) -> Answer<ReceiveAmountResponse> {
        let by = staff(&request);
        let cmd = read(decode::payments::receive_amount(request.get_ref(), by))?;
        let (payment, rest) = receive_amount(&self.0, &cmd).await?;
        answer(ReceiveAmountResponse {
            payment: Some(encode::payment(&payment)),
            rest: rest.as_ref().map(encode::payment),
        })
    }

    async fn refund_payment(
        &self,
        request: Request<RefundPaymentRequest>,
    ) -> Answer<RefundPaymentResponse> {
        let by = staff(&request);
        let cmd = read(decode::payments::refund_payment(request.get_ref(), by))?;
        let refund = refund_payment(&self.0, &cmd).await?;
        answer(RefundPaymentResponse {
            refund: Some(encode::payment(&refund)),
        })
    }

    async fn move_payment(
        &self,
        request: Request<MovePaymentRequest>,
    ) -> Answer<MovePaymentResponse> {
        let by = staff(&request);
        let cmd = read(decode::payments::move_payment(request.get_ref(), by))?;
        let payment = move_payment(&self.0, cmd).await?;
        answer(MovePaymentResponse {
            payment: Some(encode::payment(&payment)),
        })
    }

    async fn remove_payment(
        &self,
        request: Request<RemovePaymentRequest>,
    ) -> Answer<RemovePaymentResponse> {
        let by = staff(&request);
        let cmd = read(decode::payments::remove_payment(request.get_ref(), by))?;
        let payment = remove_payment(&self.0, &cmd).await?;
        answer(RemovePaymentResponse {
            payment: Some(encode::payment(&payment)),
        })
    }

    async fn list_payments(
        &self,
        request: Request<ListPaymentsRequest>,
    ) -> Answer<ListPaymentsResponse> {
        let request = request.get_ref();
        let filter = read(decode::payments::list_payments(request))?;
        let size = read(rpc::page::size(request.page_size))?;
        let after = read(rpc::page::decode::<Cursor>(&request.page_token))?;
        let reader = self.0.database().reader();
        let page = receivables::page(reader, &filter, after, size + 1)
            .await
            .map_err(Error::from)?;
        let (page, next_page_token) =
            rpc::page::cut(page, size, |payment| (payment.due_at, payment.id.uuid()));
        answer(ListPaymentsResponse {
            payments: page.iter().map(encode::payment).collect(),
            next_page_token,
        })
    }

    async fn list_overdue_payments(
        &self,
        request: Request<ListOverduePaymentsRequest>,
    ) -> Answer<ListOverduePaymentsResponse> {
        let request = request.get_ref();
        let (responsible, min_days) = read(decode::payments::list_overdue_payments(request))?;
        let size = read(rpc::page::size(request.page_size))?;
        let after = read(rpc::page::decode::<Cursor>(&request.page_token))?;
        let late = Late {
            now: self.0.clock.now(),
            min_days,
            responsible,
        };
        answer(overdue(&self.0, late, after, size).await?)
    }

    async fn compare_payments(
        &self,
        request: Request<ComparePaymentsRequest>,
    ) -> Answer<ComparePaymentsResponse> {
        let (months, responsible) = read(decode::payments::compare_payments(request.get_ref()))?;
        let reader = self.0.database().reader();
        let totals = receivables::by_month(reader, &months, responsible)
            .await
            .map_err(Error::from)?;
        let months = totals
            .into_iter()
            .map(|((month, currency), totals)| shown::PaymentMonth {
                month: month.to_string(),
                currency,
                expected_minor: totals.expected,
                outstanding_minor: totals.outstanding,
                received_minor: totals.received,
                refunded_minor: totals.refunded,
            });
        answer(ComparePaymentsResponse {
            months: months.collect(),
        })
    }
}

async fn overdue(
    app: &App,
    late: Late,
    after: Option<Cursor>,
    size: u32,
) -> Result<ListOverduePaymentsResponse, Error> {
    let reader = app.database().reader();
    let page = receivables::overdue(reader, late, after, size + 1).await?;
    let sums = receivables::overdue_sums(reader, late).await?;
    let (page, next_page_token) = rpc::page::cut(page, size, |(payment, _)| {
        (payment.due_at, payment.id.uuid())
    });
    let payments = page.iter().map(|(payment, debtor)| shown::OverduePayment {
        payment: Some(encode::payment(payment)),
        contract_number: debtor.number.clone(),
        contract_title: debtor.title.clone(),
        responsible_id: encode::printed(debtor.responsible()),
        person_id: encode::printed(debtor.person()),
        organisation_id: encode::printed(debtor.organisation()),
        days_overdue: whole_days(payment.due_at, late.now),
    });
    Ok(ListOverduePaymentsResponse {
        payments: payments.collect(),
        next_page_token,
        total: sums.iter().map(|sum| sum.payments).sum(),
        sums: sums
            .into_iter()
            .map(|sum| proto::types::v1::Money {
                minor: sum.minor,
                currency: sum.currency,
            })
            .collect(),
    })
}

fn whole_days(due_at: Timestamp, now: Timestamp) -> i32 {
    i32::try_from((now - due_at).num_days()).unwrap_or(i32::MAX)
}
