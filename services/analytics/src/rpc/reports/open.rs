//! Lists of records: one per kind.

use proto::analytics::v1::{
    ListChannelRecordsRequest, ListChannelRecordsResponse, ListContractRecordsRequest,
    ListContractRecordsResponse, ListCostRecordsRequest, ListCostRecordsResponse,
    ListCreditRecordsRequest, ListCreditRecordsResponse, ListDealRecordsRequest,
    ListDealRecordsResponse, ListGrowthRecordsRequest, ListGrowthRecordsResponse,
    ListHistoryRecordsRequest, ListHistoryRecordsResponse, ListLeadRecordsRequest,
    ListLeadRecordsResponse, ListPaymentRecordsRequest, ListPaymentRecordsResponse,
    ListRefusalRecordsRequest, ListRefusalRecordsResponse, ListTouchRecordsRequest,
    ListTouchRecordsResponse,
};

use super::Reports;
use super::lists::{Wanted, find};
use crate::domain::figures::records;
use crate::error::Error;
use crate::store::reports::records::numbers;

/// Declares the lists: what is asked and answered, the numbers that are opened, the records and how each is shown, and
/// by which names the answer bears the totals.
macro_rules! lists {
    ($($name:ident($request:ident) -> $response:ident:
        $numbers:ident, $record:ident, $show:ident, |$found:ident| { $($field:ident: $total:expr),* };)+) => {$(
        pub(crate) async fn $name(
            reports: &Reports,
            request: &$request,
            whole: Option<u32>,
        ) -> Result<$response, Error> {
            let wanted = Wanted {
                filter: request.filter.as_ref(),
                number: &request.number,
                page_size: request.page_size,
                page_token: &request.page_token,
                whole,
            };
            let mut $found =
                find(reports, numbers::$numbers, wanted, records::$record::of_values).await?;
            let records = std::mem::take(&mut $found.records);
            let reader = &$found.reader;
            Ok($response {
                as_of: Some(reader.as_of()),
                records: records.into_iter().map(|it| reader.$show(it)).collect(),
                $($field: $total,)*
                next_page_token: $found.next_page_token,
            })
        }
    )+};
}

lists! {
    leads(ListLeadRecordsRequest) -> ListLeadRecordsResponse:
        LEADS, Lead, lead, |found| { total: found.total };
    deals(ListDealRecordsRequest) -> ListDealRecordsResponse:
        DEALS, Deal, deal, |found| { total: found.total, value: found.money() };
    contracts(ListContractRecordsRequest) -> ListContractRecordsResponse:
        CONTRACTS, Contract, contract, |found| { total: found.total, value: found.money() };
    touches(ListTouchRecordsRequest) -> ListTouchRecordsResponse:
        TOUCHES, Touch, touch, |found| { total: found.total };
    credits(ListCreditRecordsRequest) -> ListCreditRecordsResponse:
        CREDITS, Credit, credit, |found| { parts: found.total, revenue: found.money() };
    costs(ListCostRecordsRequest) -> ListCostRecordsResponse:
        COSTS, Cost, cost, |found| { planned: found.reader.money(found.total), actual: found.money() };
    channels(ListChannelRecordsRequest) -> ListChannelRecordsResponse:
        CHANNELS, Channel, channel, |found| {};
    refusals(ListRefusalRecordsRequest) -> ListRefusalRecordsResponse:
        REFUSALS, Refusal, refusal, |found| { total: found.total, lost_value: found.money() };
    growths(ListGrowthRecordsRequest) -> ListGrowthRecordsResponse:
        GROWTHS, Growth, growth, |found| { total: found.total, value: found.money() };
    history(ListHistoryRecordsRequest) -> ListHistoryRecordsResponse:
        HISTORY, History, history, |found| { total: found.total, value: found.money() };
    payments(ListPaymentRecordsRequest) -> ListPaymentRecordsResponse:
        PAYMENTS, Payment, payment, |found| { value: found.money() };
}
