//! Reports and records as files.

use proto::analytics::v1::export_records_request::Request as Records;
use proto::analytics::v1::export_report_request::Request as Report;
use proto::analytics::v1::{
    ExportRecordsRequest, ExportReportRequest, Filter, GetAttributionRequest, GetFunnelRequest,
    ListCampaignResultsRequest, ListLeadRecordsRequest, ListTouchRecordsRequest,
};
use proto::types::v1::Download;

use super::{Client, desks};

async fn report(client: &Client, request: Report, byte_order_mark: bool) -> Download {
    let request = ExportReportRequest {
        request: Some(request),
        byte_order_mark,
    };
    let answer = client.clone().export_report(request).await.unwrap();
    answer.into_inner().file.unwrap()
}

/// All parts of a file of records.
async fn records(client: &Client, request: Records) -> Vec<Download> {
    let request = ExportRecordsRequest {
        request: Some(request),
        byte_order_mark: false,
    };
    let answer = client.clone().export_records(request).await.unwrap();
    let mut stream = answer.into_inner();
    let mut parts = Vec::new();
    while let Some(part) = stream.message().await.unwrap() {
        parts.push(part.part.unwrap());
    }
    parts
}

fn lines(data: &[u8]) -> Vec<String> {
    let text = String::from_utf8(data.to_vec()).unwrap();
    assert!(text.ends_with("\r\n"));
    text.split_terminator("\r\n").map(str::to_owned).collect()
}

#[tokio::test]
async fn a_report_is_a_file_with_all_its_rows() {
    for desk in desks().await {
        let request = Report::GetFunnel(GetFunnelRequest {
            group_by: vec!["month".to_owned(), "agent".to_owned()],
            page_size: 1,
            ..GetFunnelRequest::default()
        });
        let file = report(&desk.client, request, true).await;
        assert_eq!(file.content_type, "text/csv; charset=utf-8");
        assert_eq!(file.file_name, "funnel.csv");
        let text = file.data.strip_prefix("\u{feff}".as_bytes()).unwrap();
        let lines = lines(text);
        assert!(
            lines[0].starts_with("month,agent,agent_name,leads,enquiries,"),
            "{}",
            lines[0]
        );
        assert!(lines.len() > 5);
        assert!(lines[1].starts_with("2026-11-01,staff_"), "{}", lines[1]);
        assert!(lines[1].contains(",Agnes,"), "{}", lines[1]);

        let request = Report::GetAttribution(GetAttributionRequest::default());
        let file = report(&desk.client, request, false).await;
        assert!(
            file.data
                .starts_with(b"channel,first_parts,first_share,first_revenue,")
        );
    }
}

#[tokio::test]
async fn names_from_outside_run_nothing() {
    for desk in desks().await {
        let request = Report::ListCampaignResults(ListCampaignResultsRequest::default());
        let file = report(&desk.client, request, false).await;
        let lines = lines(&file.data);
        let expected = format!(
            "{},\"'=HYPERLINK(\"\"http://x\"\"), Autumn\",mailing,running,false,2026-11-22T12:00:00Z,",
            desk.known.campaign
        );
        assert!(lines[1].starts_with(&expected), "{}", lines[1]);
        assert!(lines[1].contains(",490.00,EUR,"), "{}", lines[1]);
    }
}

#[tokio::test]
async fn records_come_as_a_file_in_parts_with_one_header() {
    for desk in desks().await {
        let request = Records::ListLeadRecords(ListLeadRecordsRequest::default());
        let parts = records(&desk.client, request).await;
        let data: Vec<u8> = parts.iter().flat_map(|part| part.data.clone()).collect();
        let lines = lines(&data);
        assert_eq!(lines.len(), 1 + 13);
        assert!(lines[0].starts_with("lead_id,received_at,topic,topic_name,channel,"));
        assert!(lines[1..].iter().all(|line| line.starts_with("lead_")));
        let none = Records::ListTouchRecords(ListTouchRecordsRequest {
            filter: Some(Filter {
                channels: vec!["pigeon".to_owned()],
                ..Filter::default()
            }),
            ..ListTouchRecordsRequest::default()
        });
        let parts = records(&desk.client, none).await;
        assert_eq!(parts.len(), 1);
        assert!(parts[0].data.starts_with(b"touch_id,"));
        let refused = ExportRecordsRequest::default();
        let refused = desk
            .client
            .clone()
            .export_records(refused)
            .await
            .unwrap_err();
        assert_eq!(rpc::explain(&refused).violations[0].field, "request");
    }
}
