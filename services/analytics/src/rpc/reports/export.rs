//! Reports and records as CSV files.

use std::pin::Pin;

use futures::{Stream, stream};
use prost::{Message, Name};
use proto::analytics::v1::export_records_request::Request as Records;
use proto::analytics::v1::export_report_request::Request as Report;
use proto::analytics::v1::{
    ExportRecordsRequest, ExportRecordsResponse, ExportReportRequest, ExportReportResponse,
};
use proto::types::v1::Download;
use rpc::decode::Invalid;
use tonic::Status;

use super::ask::Pages;
use super::{
    Reports, agents, attribution, campaigns, channels, clients, cohorts, flow, funnel,
    key_accounts, kpis, open, paths, plans, refusals, stages,
};
use crate::error::Error;
use crate::rpc::csv;

/// Records of one part of a file.
const PART: u32 = 2_000;

/// Parts of a file, each read when the one before is taken.
pub(crate) type Parts = Pin<Box<dyn Stream<Item = Result<ExportRecordsResponse, Status>> + Send>>;

/// A report as a file.
pub(crate) async fn report(
    reports: &Reports,
    request: &ExportReportRequest,
) -> Result<ExportReportResponse, Error> {
    let asked = request.request.as_ref().ok_or_else(nothing)?;
    let (name, text) = match asked {
        Report::GetFunnel(it) => (
            "funnel",
            written(
                &funnel::report(reports, it, Pages::All).await?,
                &keys(&it.group_by, funnel::DEFAULT),
            )?,
        ),
        Report::GetFlow(it) => (
            "flow",
            written(
                &flow::report(reports, it, Pages::All).await?,
                &keys(&it.group_by, flow::DEFAULT),
            )?,
        ),
        Report::GetStages(it) => (
            "stages",
            written(
                &stages::report(reports, it, Pages::All).await?,
                &keys(&it.group_by, stages::DEFAULT),
            )?,
        ),
        Report::ListCampaignResults(it) => (
            "campaign_results",
            written(&campaigns::report(reports, it, Pages::All).await?, &[])?,
        ),
        Report::GetAttribution(it) => (
            "attribution",
            written(
                &attribution::report(reports, it, Pages::All).await?,
                &keys(&it.group_by, attribution::DEFAULT),
            )?,
        ),
        Report::GetKpis(it) => (
            "kpis",
            written(
                &kpis::report(reports, it, Pages::All).await?,
                &keys(&it.group_by, kpis::DEFAULT),
            )?,
        ),
        Report::GetChannels(it) => (
            "channels",
            written(
                &channels::report(reports, it, Pages::All).await?,
                &keys(&it.group_by, channels::DEFAULT),
            )?,
        ),
        Report::GetPlans(it) => (
            "plans",
            written(&plans::report(reports, it, Pages::All).await?, &[])?,
        ),
        Report::GetKeyAccounts(it) => (
            "key_accounts",
            written(
                &key_accounts::report(reports, it, Pages::All).await?,
                &keys(&it.group_by, key_accounts::DEFAULT),
            )?,
        ),
        Report::GetCohorts(it) => (
            "cohorts",
            written(&cohorts::report(reports, it, Pages::All).await?, &[])?,
        ),
        Report::GetJourneys(it) => (
            "journeys",
            written(&paths::journeys(reports, it, Pages::All).await?, &[])?,
        ),
        Report::GetSteps(it) => (
            "steps",
            written(&paths::steps(reports, it, Pages::All).await?, &[])?,
        ),
        Report::GetRefusals(it) => (
            "refusals",
            written(
                &refusals::report(reports, it, Pages::All).await?,
                &keys(&it.group_by, refusals::DEFAULT),
            )?,
        ),
        Report::GetAgents(it) => (
            "agents",
            written(
                &agents::report(reports, it, Pages::All).await?,
                &keys(&it.group_by, agents::DEFAULT),
            )?,
        ),
    };
    let data = if request.byte_order_mark {
        [csv::BYTE_ORDER_MARK, &text].concat()
    } else {
        text
    };
    Ok(ExportReportResponse {
        file: Some(file(name, data)),
    })
}

/// Records as the parts of a file.
pub(crate) async fn records(
    reports: &Reports,
    request: ExportRecordsRequest,
) -> Result<Parts, Error> {
    let asked = request.request.ok_or_else(nothing)?;
    // What is wrong with the request is told before there is a stream.
    let first = part(reports, &asked).await?;
    let state = State {
        reports: reports.clone(),
        asked,
        next: Some(first),
        begun: false,
        byte_order_mark: request.byte_order_mark,
    };
    Ok(Box::pin(stream::try_unfold(state, State::step)))
}

struct State {
    reports: Reports,
    asked: Records,
    next: Option<Part>,
    begun: bool,
    byte_order_mark: bool,
}

/// A part, and where the next one begins.
struct Part {
    name: &'static str,
    text: Vec<u8>,
    next_page_token: String,
}

impl State {
    async fn step(mut self) -> Result<Option<(ExportRecordsResponse, Self)>, Status> {
        let Some(part) = self.next.take() else {
            return Ok(None);
        };
        let text = match (self.begun, self.byte_order_mark) {
            (false, true) => [csv::BYTE_ORDER_MARK, &part.text].concat(),
            (false, false) => part.text,
            (true, _) => csv::without_header(&part.text).to_vec(),
        };
        self.begun = true;
        if !part.next_page_token.is_empty() {
            turn(&mut self.asked, part.next_page_token);
            self.next = Some(self::part(&self.reports, &self.asked).await?);
        }
        let response = ExportRecordsResponse {
            part: Some(file(part.name, text)),
        };
        Ok(Some((response, self)))
    }
}

/// Reads one part. Between two of them nothing is held, however slow the caller is.
async fn part(reports: &Reports, asked: &Records) -> Result<Part, Error> {
    let whole = Some(PART);
    let (name, text, next_page_token) = match asked {
        Records::ListLeadRecords(it) => {
            let found = open::leads(reports, it, whole).await?;
            ("lead_records", written(&found, &[])?, found.next_page_token)
        }
        Records::ListDealRecords(it) => {
            let found = open::deals(reports, it, whole).await?;
            ("deal_records", written(&found, &[])?, found.next_page_token)
        }
        Records::ListContractRecords(it) => {
            let found = open::contracts(reports, it, whole).await?;
            (
                "contract_records",
                written(&found, &[])?,
                found.next_page_token,
            )
        }
        Records::ListTouchRecords(it) => {
            let found = open::touches(reports, it, whole).await?;
            (
                "touch_records",
                written(&found, &[])?,
                found.next_page_token,
            )
        }
        Records::ListCreditRecords(it) => {
            let found = open::credits(reports, it, whole).await?;
            (
                "credit_records",
                written(&found, &[])?,
                found.next_page_token,
            )
        }
        Records::ListCostRecords(it) => {
            let found = open::costs(reports, it, whole).await?;
            ("cost_records", written(&found, &[])?, found.next_page_token)
        }
        Records::ListChannelRecords(it) => {
            let found = open::channels(reports, it, whole).await?;
            (
                "channel_records",
                written(&found, &[])?,
                found.next_page_token,
            )
        }
        Records::ListRefusalRecords(it) => {
            let found = open::refusals(reports, it, whole).await?;
            (
                "refusal_records",
                written(&found, &[])?,
                found.next_page_token,
            )
        }
        Records::ListPaymentRecords(it) => {
            let found = open::payments(reports, it, whole).await?;
            (
                "payment_records",
                written(&found, &[])?,
                found.next_page_token,
            )
        }
        Records::ListClients(it) => {
            let found = clients::list(reports, it, whole).await?;
            ("clients", written(&found, &[])?, found.next_page_token)
        }
    };
    Ok(Part {
        name,
        text,
        next_page_token,
    })
}

/// Asks for the part after.
fn turn(asked: &mut Records, token: String) {
    match asked {
        Records::ListLeadRecords(it) => it.page_token = token,
        Records::ListDealRecords(it) => it.page_token = token,
        Records::ListContractRecords(it) => it.page_token = token,
        Records::ListTouchRecords(it) => it.page_token = token,
        Records::ListCreditRecords(it) => it.page_token = token,
        Records::ListCostRecords(it) => it.page_token = token,
        Records::ListChannelRecords(it) => it.page_token = token,
        Records::ListRefusalRecords(it) => it.page_token = token,
        Records::ListPaymentRecords(it) => it.page_token = token,
        Records::ListClients(it) => it.page_token = token,
    }
}

fn keys(group_by: &[String], default: &[&str]) -> Vec<String> {
    if group_by.is_empty() {
        return default.iter().map(|label| (*label).to_owned()).collect();
    }
    group_by.to_vec()
}

fn written<M: Message + Name>(message: &M, keys: &[String]) -> Result<Vec<u8>, Error> {
    csv::table(message, keys).map_err(|error| Error::Unwritable(error.into()))
}

fn file(name: &str, data: Vec<u8>) -> Download {
    Download {
        content_type: "text/csv; charset=utf-8".to_owned(),
        file_name: format!("{name}.csv"),
        data,
    }
}

fn nothing() -> Invalid {
    Invalid::field("request", "REQUIRED", "is required")
}
