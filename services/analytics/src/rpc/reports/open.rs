//! Lists of records: one per kind.

use proto::analytics::v1::{
    ListChannelRecordsRequest, ListChannelRecordsResponse, ListContractRecordsRequest,
    ListContractRecordsResponse, ListCostRecordsRequest, ListCostRecordsResponse,
    ListCreditRecordsRequest, ListCreditRecordsResponse, ListDealRecordsRequest,
    ListDealRecordsResponse, ListGrowthRecordsRequest, ListGrowthRecordsResponse,
    ListLeadRecordsRequest, ListLeadRecordsResponse, ListPaymentRecordsRequest,
    ListPaymentRecordsResponse, ListRefusalRecordsRequest, ListRefusalRecordsResponse,
    ListTouchRecordsRequest, ListTouchRecordsResponse,
};

use super::Reports;
use super::lists::{Found, Wanted, find};
use crate::domain::figures::records;
use crate::error::Error;
use crate::store::reports::records::numbers;

macro_rules! wanted {
    ($request:ident, $whole:ident) => {
        Wanted {
            filter: $request.filter.as_ref(),
            number: &$request.number,
            page_size: $request.page_size,
            page_token: &$request.page_token,
            whole: $whole,
        }
    };
}

pub(crate) async fn leads(
    reports: &Reports,
    request: &ListLeadRecordsRequest,
    whole: Option<u32>,
) -> Result<ListLeadRecordsResponse, Error> {
    let wanted = wanted!(request, whole);
    let found = find(reports, numbers::LEADS, wanted, records::Lead::of_values).await?;
    let Found {
        reader,
        records,
        total,
        next_page_token,
        ..
    } = found;
    Ok(ListLeadRecordsResponse {
        as_of: Some(reader.as_of()),
        records: records.into_iter().map(|it| reader.lead(it)).collect(),
        total,
        next_page_token,
    })
}

pub(crate) async fn deals(
    reports: &Reports,
    request: &ListDealRecordsRequest,
    whole: Option<u32>,
) -> Result<ListDealRecordsResponse, Error> {
    let wanted = wanted!(request, whole);
    let found = find(reports, numbers::DEALS, wanted, records::Deal::of_values).await?;
    let Found {
        reader,
        records,
        total,
        money,
        next_page_token,
    } = found;
    Ok(ListDealRecordsResponse {
        as_of: Some(reader.as_of()),
        records: records.into_iter().map(|it| reader.deal(it)).collect(),
        total,
        value: reader.money(money),
        next_page_token,
    })
}

pub(crate) async fn contracts(
    reports: &Reports,
    request: &ListContractRecordsRequest,
    whole: Option<u32>,
) -> Result<ListContractRecordsResponse, Error> {
    let wanted = wanted!(request, whole);
    let found = find(
        reports,
        numbers::CONTRACTS,
        wanted,
        records::Contract::of_values,
    )
    .await?;
    let Found {
        reader,
        records,
        total,
        money,
        next_page_token,
    } = found;
    Ok(ListContractRecordsResponse {
        as_of: Some(reader.as_of()),
        records: records.into_iter().map(|it| reader.contract(it)).collect(),
        total,
        value: reader.money(money),
        next_page_token,
    })
}

pub(crate) async fn touches(
    reports: &Reports,
    request: &ListTouchRecordsRequest,
    whole: Option<u32>,
) -> Result<ListTouchRecordsResponse, Error> {
    let wanted = wanted!(request, whole);
    let found = find(reports, numbers::TOUCHES, wanted, records::Touch::of_values).await?;
    let Found {
        reader,
        records,
        total,
        next_page_token,
        ..
    } = found;
    Ok(ListTouchRecordsResponse {
        as_of: Some(reader.as_of()),
        records: records.into_iter().map(|it| reader.touch(it)).collect(),
        total,
        next_page_token,
    })
}

pub(crate) async fn credits(
    reports: &Reports,
    request: &ListCreditRecordsRequest,
    whole: Option<u32>,
) -> Result<ListCreditRecordsResponse, Error> {
    let wanted = wanted!(request, whole);
    let found = find(
        reports,
        numbers::CREDITS,
        wanted,
        records::Credit::of_values,
    )
    .await?;
    let Found {
        reader,
        records,
        total,
        money,
        next_page_token,
    } = found;
    Ok(ListCreditRecordsResponse {
        as_of: Some(reader.as_of()),
        records: records.into_iter().map(|it| reader.credit(it)).collect(),
        parts: total,
        revenue: reader.money(money),
        next_page_token,
    })
}

pub(crate) async fn costs(
    reports: &Reports,
    request: &ListCostRecordsRequest,
    whole: Option<u32>,
) -> Result<ListCostRecordsResponse, Error> {
    let wanted = wanted!(request, whole);
    let found = find(reports, numbers::COSTS, wanted, records::Cost::of_values).await?;
    let Found {
        reader,
        records,
        total,
        money,
        next_page_token,
    } = found;
    Ok(ListCostRecordsResponse {
        as_of: Some(reader.as_of()),
        records: records.into_iter().map(|it| reader.cost(it)).collect(),
        planned: reader.money(total),
        actual: reader.money(money),
        next_page_token,
    })
}

pub(crate) async fn channels(
    reports: &Reports,
    request: &ListChannelRecordsRequest,
    whole: Option<u32>,
) -> Result<ListChannelRecordsResponse, Error> {
    let wanted = wanted!(request, whole);
    let found = find(
        reports,
        numbers::CHANNELS,
        wanted,
        records::Channel::of_values,
    )
    .await?;
    let Found {
        reader,
        records,
        next_page_token,
        ..
    } = found;
    Ok(ListChannelRecordsResponse {
        as_of: Some(reader.as_of()),
        records: records.into_iter().map(|it| reader.channel(it)).collect(),
        next_page_token,
    })
}

pub(crate) async fn refusals(
    reports: &Reports,
    request: &ListRefusalRecordsRequest,
    whole: Option<u32>,
) -> Result<ListRefusalRecordsResponse, Error> {
    let wanted = wanted!(request, whole);
    let found = find(
        reports,
        numbers::REFUSALS,
        wanted,
        records::Refusal::of_values,
    )
    .await?;
    let Found {
        reader,
        records,
        total,
        money,
        next_page_token,
    } = found;
    Ok(ListRefusalRecordsResponse {
        as_of: Some(reader.as_of()),
        records: records.into_iter().map(|it| reader.refusal(it)).collect(),
        total,
        lost_value: reader.money(money),
        next_page_token,
    })
}

pub(crate) async fn growths(
    reports: &Reports,
    request: &ListGrowthRecordsRequest,
    whole: Option<u32>,
) -> Result<ListGrowthRecordsResponse, Error> {
    let wanted = wanted!(request, whole);
    let found = find(
        reports,
        numbers::GROWTHS,
        wanted,
        records::Growth::of_values,
    )
    .await?;
    let Found {
        reader,
        records,
        total,
        money,
        next_page_token,
    } = found;
    Ok(ListGrowthRecordsResponse {
        as_of: Some(reader.as_of()),
        records: records.into_iter().map(|it| reader.growth(it)).collect(),
        total,
        value: reader.money(money),
        next_page_token,
    })
}

pub(crate) async fn payments(
    reports: &Reports,
    request: &ListPaymentRecordsRequest,
    whole: Option<u32>,
) -> Result<ListPaymentRecordsResponse, Error> {
    let wanted = wanted!(request, whole);
    let found = find(
        reports,
        numbers::PAYMENTS,
        wanted,
        records::Payment::of_values,
    )
    .await?;
    let Found {
        reader,
        records,
        money,
        next_page_token,
        ..
    } = found;
    Ok(ListPaymentRecordsResponse {
        as_of: Some(reader.as_of()),
        records: records.into_iter().map(|it| reader.payment(it)).collect(),
        value: reader.money(money),
        next_page_token,
    })
}
