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

/// A report that is grouped as its request says.
macro_rules! grouped {
    ($reports:ident, $it:ident, $report:ident) => {
        written(
            &$report::report($reports, $it, Pages::All).await?,
            &keys(&$it.group_by, $report::DEFAULT),
        )?
    };
}

/// A report whose rows have no keys.
macro_rules! plain {
    ($answer:expr) => {
        written(&$answer.await?, &[])?
    };
}

/// A report as a file.
pub(crate) async fn report(
    reports: &Reports,
    request: &ExportReportRequest,
) -> Result<ExportReportResponse, Error> {
    let asked = request.request.as_ref().ok_or_else(nothing)?;
    let (name, text) = match asked {
        Report::GetFunnel(it) => ("funnel", grouped!(reports, it, funnel)),
        Report::GetFlow(it) => ("flow", grouped!(reports, it, flow)),
        Report::GetStages(it) => ("stages", grouped!(reports, it, stages)),
        Report::ListCampaignResults(it) => {
            let answer = campaigns::report(reports, it, Pages::All);
            ("campaign_results", plain!(answer))
        }
        Report::GetAttribution(it) => ("attribution", grouped!(reports, it, attribution)),
        Report::GetKpis(it) => ("kpis", grouped!(reports, it, kpis)),
        Report::GetChannels(it) => ("channels", grouped!(reports, it, channels)),
        Report::GetPlans(it) => ("plans", plain!(plans::report(reports, it, Pages::All))),
        Report::GetKeyAccounts(it) => ("key_accounts", grouped!(reports, it, key_accounts)),
        Report::GetCohorts(it) => ("cohorts", plain!(cohorts::report(reports, it, Pages::All))),
        Report::GetJourneys(it) => ("journeys", plain!(paths::journeys(reports, it, Pages::All))),
        Report::GetSteps(it) => ("steps", plain!(paths::steps(reports, it, Pages::All))),
        Report::GetRefusals(it) => ("refusals", grouped!(reports, it, refusals)),
        Report::GetAgents(it) => ("agents", grouped!(reports, it, agents)),
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

macro_rules! part {
    ($name:literal, $answer:expr) => {{
        let found = $answer.await?;
        Part {
            name: $name,
            text: written(&found, &[])?,
            next_page_token: found.next_page_token,
        }
    }};
}

/// Reads one part. Between two of them nothing is held, however slow the caller is.
async fn part(reports: &Reports, asked: &Records) -> Result<Part, Error> {
    let whole = Some(PART);
    Ok(match asked {
        Records::ListLeadRecords(it) => part!("lead_records", open::leads(reports, it, whole)),
        Records::ListDealRecords(it) => part!("deal_records", open::deals(reports, it, whole)),
        Records::ListContractRecords(it) => {
            part!("contract_records", open::contracts(reports, it, whole))
        }
        Records::ListTouchRecords(it) => part!("touch_records", open::touches(reports, it, whole)),
        Records::ListCreditRecords(it) => {
            part!("credit_records", open::credits(reports, it, whole))
        }
        Records::ListCostRecords(it) => part!("cost_records", open::costs(reports, it, whole)),
        Records::ListChannelRecords(it) => {
            part!("channel_records", open::channels(reports, it, whole))
        }
        Records::ListRefusalRecords(it) => {
            part!("refusal_records", open::refusals(reports, it, whole))
        }
        Records::ListPaymentRecords(it) => {
            part!("payment_records", open::payments(reports, it, whole))
        }
        Records::ListGrowthRecords(it) => {
            part!("growth_records", open::growths(reports, it, whole))
        }
        Records::ListHistoryRecords(it) => {
            part!("history_records", open::history(reports, it, whole))
        }
        Records::ListClients(it) => part!("clients", clients::list(reports, it, whole)),
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
        Records::ListGrowthRecords(it) => it.page_token = token,
        Records::ListHistoryRecords(it) => it.page_token = token,
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
