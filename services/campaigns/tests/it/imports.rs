//! Costs and channel figures from CSV files.

use ids::{ActivityId, CampaignId, CostId};
use proto::campaigns::v1::{
    self as pb, ChannelFiguresRecorded, CostRecorded, ImportVerdict as Verdict,
};
use rpc::Code;
use tonic::Status;

use crate::{
    costs,
    fixture::{Desk, at, desks, eur, money, refused, wrong},
};

async fn import(
    desk: &Desk,
    campaign: &str,
    file: &str,
    dry_run: bool,
) -> Result<pb::ImportCostsResponse, Status> {
    let request = pb::ImportCostsRequest {
        campaign_id: campaign.to_owned(),
        file: file.as_bytes().to_vec(),
        dry_run,
        ..pb::ImportCostsRequest::default()
    };
    let response = desk.costs().import_costs(request).await;
    response.map(tonic::Response::into_inner)
}

fn verdicts(rows: &[pb::ImportedRow]) -> Vec<(i64, Verdict)> {
    rows.iter().map(|row| (row.line, row.verdict())).collect()
}

fn problems(row: &pb::ImportedRow) -> Vec<(&str, &str)> {
    let problems = row.problems.iter();
    problems
        .map(|it| (it.field.as_str(), it.reason.as_str()))
        .collect()
}

const FILE: &str = "\u{feff}Line;Day;Currency;Planned;Actual;Note\r\n\
    Стенд;10.11.2026;EUR;1 200,00;1.150,50;\"two\r\nlines\"\r\n\
    Hall;2026-11-12;HUF;;400000;\r\n\
    ;12.13.2026;EUR;1,234;;\r\n\
    Refund;2026-11-13;EUR;;-50,5;\r\n";

#[tokio::test]
async fn a_file_is_recorded_row_by_row_and_once() {
    for desk in desks().await {
        let id = desk.create("Fair").await.campaign_id;
        let tried = import(&desk, &id, FILE, true).await.unwrap();
        assert_eq!((tried.created, tried.known, tried.rejected), (3, 0, 1));
        assert_eq!(
            costs::list(&desk, &id).await.total,
            0,
            "a dry run keeps nothing"
        );
        assert!(desk.announced::<CostRecorded>().await.is_empty());

        let first = import(&desk, &id, FILE, false).await.unwrap();
        assert_eq!(first, tried, "{}: what the dry run said", desk.label);
        let expected = [
            (2, Verdict::Created),
            (4, Verdict::Created),
            (5, Verdict::Rejected),
            (6, Verdict::Created),
        ];
        assert_eq!(verdicts(&first.rows), expected, "{}", desk.label);
        let expected = [
            ("line", "REQUIRED"),
            ("planned", "MALFORMED"),
            ("day", "MALFORMED"),
        ];
        assert_eq!(problems(&first.rows[2]), expected, "{}", desk.label);

        let again = import(&desk, &id, FILE, false).await.unwrap();
        assert_eq!((again.created, again.known, again.rejected), (0, 3, 1));
        let ids =
            |rows: &[pb::ImportedRow]| rows.iter().map(|it| it.id.clone()).collect::<Vec<_>>();
        assert_eq!(ids(&again.rows), ids(&first.rows), "{}", desk.label);
        assert_eq!(
            desk.announced::<CostRecorded>().await.len(),
            3,
            "{}",
            desk.label
        );

        let listed = costs::list(&desk, &id).await;
        assert_eq!(listed.total, 3);
        let stand = listed.costs.iter().find(|it| it.line == "Стенд").unwrap();
        assert_eq!(
            (stand.planned.clone(), stand.actual.clone()),
            (Some(eur(120_000)), Some(eur(115_050)))
        );
        assert_eq!(stand.spent_at, Some(at("2026-11-10T00:00:00Z")));
        assert_eq!(stand.note, "two\r\nlines");
        let hall = listed.costs.iter().find(|it| it.line == "Hall").unwrap();
        // The forint has two decimals by ISO 4217.
        assert_eq!(
            hall.actual,
            Some(money(40_000_000, "HUF")),
            "{}",
            desk.label
        );
    }
}

#[tokio::test]
async fn ids_of_a_file_and_what_they_name() {
    for desk in desks().await {
        let id = desk.create("Fair").await.campaign_id;
        let other = desk.create("Other").await.campaign_id;
        let taken = costs::record(&desk, &other, &costs::expense("x", 1, 1))
            .await
            .unwrap()
            .cost_id;
        let own = CostId::generate().to_string();
        let activity = ActivityId::generate();
        let file = format!(
            "id,line,day,currency,actual,activity_id\n\
             {own},a,2026-11-10,JPY,5,\n{taken},b,2026-11-10,EUR,5,\n\
             A-1,c,2026-11-10,EUR,5,\nA-1,d,2026-11-10,EUR,6,\n\
             ,e,2026-11-10,EUR,5,{activity}\n,f,2026-11-10,EUR,5,\n,f,2026-11-10,EUR,5,\n"
        );
        let read = import(&desk, &id, &file, false).await.unwrap();
        let expected = [
            (2, Verdict::Created),
            (3, Verdict::Rejected),
            (4, Verdict::Created),
            (5, Verdict::Rejected),
            (6, Verdict::Rejected),
            (7, Verdict::Created),
            (8, Verdict::Created),
        ];
        assert_eq!(verdicts(&read.rows), expected, "{}", desk.label);
        assert_eq!(read.rows[0].id, own);
        assert_eq!(problems(&read.rows[1]), [("id", "ID_TAKEN")]);
        assert_eq!(problems(&read.rows[3]), [("id", "ID_TAKEN")]);
        assert_eq!(problems(&read.rows[4]), [("activity_id", "NOT_FOUND")]);
        let yen = costs::list(&desk, &id).await.costs;
        let yen = yen.iter().find(|it| it.line == "a").unwrap();
        assert_eq!(yen.actual, Some(money(5, "JPY")), "no decimals");
    }
}

#[tokio::test]
async fn a_long_file_is_recorded_as_a_whole() {
    for desk in desks().await {
        let id = desk.create("Fair").await.campaign_id;
        let rows: Vec<String> = (0..1_203)
            .map(|row| format!("Ticket {row},2026-11-10,EUR,0.0{}\n", row % 10))
            .collect();
        let rows = rows.concat();
        let file = format!("line,day,currency,actual\n{rows}");
        let read = import(&desk, &id, &file, false).await.unwrap();
        assert_eq!((read.created, read.rejected), (1_203, 0), "{}", desk.label);
        let listed = costs::list(&desk, &id).await;
        // 120 times 0 to 9, and 0, 1, 2.
        assert_eq!(
            (listed.total, listed.sums[0].actual_minor),
            (1_203, 5_403),
            "{}",
            desk.label
        );
        assert_eq!(desk.announced::<CostRecorded>().await.len(), 1_203);
        let again = import(&desk, &id, &file, false).await.unwrap();
        assert_eq!((again.created, again.known), (0, 1_203), "{}", desk.label);
    }
}

#[tokio::test]
async fn headers_of_any_name_can_be_told() {
    for desk in desks().await {
        let id = desk.create("Fair").await.campaign_id;
        let columns = [("line", "Статья"), ("actual", "Сумма, €"), ("day", "Дата")];
        let request = pb::ImportCostsRequest {
            campaign_id: id.clone(),
            file: "Дата;Статья;Сумма, €;currency\n10.11.2026;Печать;7,00;EUR\n".into(),
            columns: columns.map(|(a, b)| (a.to_owned(), b.to_owned())).into(),
            dry_run: false,
        };
        let read = desk
            .costs()
            .import_costs(request)
            .await
            .unwrap()
            .into_inner();
        assert_eq!(read.created, 1, "{}: {read:?}", desk.label);
        assert_eq!(
            costs::list(&desk, &id).await.costs[0].actual,
            Some(eur(700))
        );
    }
}

#[tokio::test]
async fn a_file_that_cannot_be_read_is_refused() {
    for desk in desks().await {
        let id = desk.create("Fair").await.campaign_id;
        let explained = refused(
            import(&desk, &id, "line;actual\nx;1\n", false).await,
            Code::InvalidArgument,
            "FIELDS_INVALID",
        );
        assert_eq!(
            explained.violations[0].description,
            "line 1 has no column `day`"
        );
        let request = pb::ImportCostsRequest {
            campaign_id: id.clone(),
            file: b"line,day\nok,2026-11-10\n\xe9,\n".to_vec(),
            ..pb::ImportCostsRequest::default()
        };
        let broken = desk.costs().import_costs(request).await;
        let explained = refused(broken, Code::InvalidArgument, "FIELDS_INVALID");
        assert_eq!(explained.violations[0].description, "line 3 is not UTF-8");
        assert_eq!(
            wrong(import(&desk, &id, &"x".repeat(5_000_001), false).await),
            ["file"]
        );
        let nowhere = CampaignId::generate().to_string();
        let file = "line,day,currency,actual\na,2026-11-10,EUR,1\n";
        let unknown = import(&desk, &nowhere, file, false).await;
        refused(unknown, Code::NotFound, "CAMPAIGN_NOT_FOUND");
    }
}

#[tokio::test]
async fn channel_figures_of_a_file_are_recorded_once() {
    for desk in desks().await {
        let id = desk.create("Fair").await.campaign_id;
        let nowhere = CampaignId::generate();
        let file = format!(
            "channel;first_day;last_day;campaign_id;reach;clicks;requests;cost;currency\n\
             search ads;01.11.2026;07.11.2026;{id};10000;250;12;99,90;EUR\n\
             search ads;08.11.2026;07.11.2026;;1;1;1;;\n\
             search ads;08.11.2026;;{nowhere};1;1;1;;\n"
        );
        let request = pb::ImportChannelFiguresRequest {
            file: file.into_bytes(),
            ..pb::ImportChannelFiguresRequest::default()
        };
        let mut tried = request.clone();
        tried.dry_run = true;
        let tried = desk
            .plans()
            .import_channel_figures(tried)
            .await
            .unwrap()
            .into_inner();
        let read = desk.plans().import_channel_figures(request.clone()).await;
        let read = read.unwrap().into_inner();
        assert_eq!(read, tried, "{}: what the dry run said", desk.label);
        let expected = [
            (2, Verdict::Created),
            (3, Verdict::Rejected),
            (4, Verdict::Rejected),
        ];
        assert_eq!(verdicts(&read.rows), expected, "{}", desk.label);
        assert_eq!(problems(&read.rows[1]), [("last_day", "OUT_OF_RANGE")]);
        assert_eq!(problems(&read.rows[2]), [("campaign_id", "NOT_FOUND")]);
        let again = desk
            .plans()
            .import_channel_figures(request)
            .await
            .unwrap()
            .into_inner();
        assert_eq!((again.created, again.known), (0, 1), "{}", desk.label);
        let announced = desk.announced::<ChannelFiguresRecorded>().await;
        let expected = ChannelFiguresRecorded {
            figures_id: read.rows[0].id.clone(),
            campaign_id: id,
            channel: "search ads".to_owned(),
            starts_at: Some(at("2026-11-01T00:00:00Z")),
            ends_at: Some(at("2026-11-08T00:00:00Z")),
            reach: 10_000,
            clicks: 250,
            requests: 12,
            cost: Some(eur(9_990)),
            removed: false,
        };
        assert_eq!(announced, [(1, expected)], "{}", desk.label);
    }
}
