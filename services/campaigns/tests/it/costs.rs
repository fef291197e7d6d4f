//! Lines of costs.

use ids::{ActivityId, CampaignId, CostId, OrganisationId};
use proto::campaigns::v1::{self as pb, CostKind, CostRecorded};
use rpc::Code;
use tonic::Status;

use crate::{
    activities,
    fixture::{Desk, at, desks, eur, money, refused, staff, wrong},
};

pub(crate) fn expense(line: &str, planned: i64, actual: i64) -> pb::Cost {
    pb::Cost {
        cost_id: CostId::generate().to_string(),
        kind: CostKind::Expense.into(),
        line: line.to_owned(),
        planned: Some(eur(planned)),
        actual: Some(eur(actual)),
        spent_at: Some(at("2026-11-10T00:00:00Z")),
        ..pb::Cost::default()
    }
}

pub(crate) async fn record(
    desk: &Desk,
    campaign: &str,
    cost: &pb::Cost,
) -> Result<pb::Cost, Status> {
    let request = pb::RecordCostRequest {
        campaign_id: campaign.to_owned(),
        cost: Some(cost.clone()),
    };
    let response = desk.costs().record_cost(request).await;
    response.map(|it| it.into_inner().cost.unwrap())
}

async fn update(desk: &Desk, campaign: &str, cost: &pb::Cost) -> Result<pb::Cost, Status> {
    let request = pb::UpdateCostRequest {
        campaign_id: campaign.to_owned(),
        cost_id: cost.cost_id.clone(),
        cost: Some(cost.clone()),
    };
    let response = desk.costs().update_cost(request).await;
    response.map(|it| it.into_inner().cost.unwrap())
}

pub(crate) async fn remove(
    desk: &Desk,
    campaign: &str,
    id: &str,
    revision: i64,
) -> Result<pb::Cost, Status> {
    let request = pb::RemoveCostRequest {
        campaign_id: campaign.to_owned(),
        cost_id: id.to_owned(),
        revision,
    };
    let response = desk.costs().remove_cost(request).await;
    response.map(|it| it.into_inner().cost.unwrap())
}

pub(crate) async fn list(desk: &Desk, campaign: &str) -> pb::ListCostsResponse {
    let request = pb::ListCostsRequest {
        campaign_id: campaign.to_owned(),
        page_size: 500,
        ..pb::ListCostsRequest::default()
    };
    desk.costs().list_costs(request).await.unwrap().into_inner()
}

fn sum(currency: &str, planned_minor: i64, actual_minor: i64) -> pb::CostSum {
    pb::CostSum {
        currency: currency.to_owned(),
        planned_minor,
        actual_minor,
    }
}

#[tokio::test]
async fn a_line_is_recorded_once_and_announced() {
    for desk in desks().await {
        let id = desk.create("Fair").await.campaign_id;
        let supplier = OrganisationId::generate().to_string();
        let given = pb::Cost {
            channel: "event".to_owned(),
            responsible_id: staff().to_string(),
            supplier_id: supplier.clone(),
            actual: None,
            ..expense("Стенд", 120_000, 0)
        };
        let recorded = record(&desk, &id, &given).await.unwrap();
        assert_eq!((recorded.revision, recorded.removed), (1, false));
        assert_eq!(recorded.planned, Some(eur(120_000)));
        assert_eq!(recorded.actual, None);
        let again = record(&desk, &id, &expense("another", 1, 1).with_id(&given)).await;
        assert_eq!(
            again.unwrap(),
            recorded,
            "{}: the same id twice",
            desk.label
        );
        let announced = desk.announced::<CostRecorded>().await;
        let expected = CostRecorded {
            cost_id: given.cost_id.clone(),
            campaign_id: id.clone(),
            line: "Стенд".to_owned(),
            kind: "expense".to_owned(),
            planned: Some(eur(120_000)),
            spent_at: given.spent_at,
            channel: "event".to_owned(),
            responsible_id: staff().to_string(),
            supplier_id: supplier,
            ..CostRecorded::default()
        };
        assert_eq!(announced, [(1, expected)], "{}", desk.label);
    }
}

#[tokio::test]
async fn a_line_sent_several_times_at_once_is_one_line() {
    for desk in desks().await {
        let id = desk.create("Fair").await.campaign_id;
        let given = expense("Print", 500, 450);
        let sent = (0..8).map(|_| record(&desk, &id, &given));
        let recorded = futures::future::try_join_all(sent).await.unwrap();
        assert!(
            recorded.iter().all(|it| *it == recorded[0]),
            "{}",
            desk.label
        );
        assert_eq!(list(&desk, &id).await.total, 1, "{}", desk.label);
        assert_eq!(
            desk.announced::<CostRecorded>().await.len(),
            1,
            "{}",
            desk.label
        );
        let removed = (0..8).map(|_| remove(&desk, &id, &given.cost_id, 0));
        let removed = futures::future::try_join_all(removed).await.unwrap();
        assert!(removed.iter().all(|it| it.revision == 2), "{}", desk.label);
        assert_eq!(
            desk.announced::<CostRecorded>().await.len(),
            2,
            "{}",
            desk.label
        );
    }
}

#[tokio::test]
async fn labour_is_minutes_at_a_rate() {
    for desk in desks().await {
        let id = desk.create("Fair").await.campaign_id;
        let given = pb::Cost {
            kind: CostKind::Labour.into(),
            planned: None,
            actual: None,
            hourly_rate: Some(eur(2_501)),
            planned_minutes: Some(90),
            actual_minutes: Some(45),
            ..expense("Calls", 0, 0)
        };
        let recorded = record(&desk, &id, &given).await.unwrap();
        // 3751.5 and 1875.75.
        assert_eq!(recorded.planned, Some(eur(3_752)), "{}", desk.label);
        assert_eq!(recorded.actual, Some(eur(1_876)), "{}", desk.label);
        let listed = list(&desk, &id).await;
        assert_eq!(listed.costs, [recorded]);
        assert_eq!((listed.planned_minutes, listed.actual_minutes), (90, 45));
        assert_eq!(listed.sums, [sum("EUR", 3_752, 1_876)]);
        let (_, event) = desk.announced::<CostRecorded>().await.remove(0);
        assert_eq!((event.planned_minutes, event.actual_minutes), (90, 45));
        assert_eq!(event.kind, "labour");
    }
}

#[tokio::test]
async fn sums_are_by_currency_and_refunds_lower_them() {
    for desk in desks().await {
        let id = desk.create("Fair").await.campaign_id;
        let other = desk.create("Other").await.campaign_id;
        record(&desk, &other, &expense("elsewhere", 7, 7))
            .await
            .unwrap();
        record(&desk, &id, &expense("Print", 500, 450))
            .await
            .unwrap();
        let refund = pb::Cost {
            planned: None,
            ..expense("Refund", 0, -50)
        };
        record(&desk, &id, &refund).await.unwrap();
        let abroad = pb::Cost {
            planned: Some(eur(100)),
            actual: Some(money(4_000_000, "HUF")),
            ..expense("Hall", 0, 0)
        };
        record(&desk, &id, &abroad).await.unwrap();
        let out = record(&desk, &id, &expense("Mistake", 9, 9)).await.unwrap();
        remove(&desk, &id, &out.cost_id, 1).await.unwrap();
        let listed = list(&desk, &id).await;
        let expected = [sum("EUR", 600, 400), sum("HUF", 0, 4_000_000)];
        assert_eq!(listed.sums, expected, "{}", desk.label);
        assert_eq!((listed.total, listed.costs.len()), (3, 3));
        let all = pb::ListCostsRequest {
            campaign_id: id,
            include_removed: true,
            ..pb::ListCostsRequest::default()
        };
        let all = desk.costs().list_costs(all).await.unwrap().into_inner();
        assert_eq!(
            (all.total, all.sums),
            (4, expected.to_vec()),
            "{}",
            desk.label
        );
    }
}

#[tokio::test]
async fn a_line_is_changed_by_who_saw_it_last_until_it_is_taken_out() {
    for desk in desks().await {
        let id = desk.create("Fair").await.campaign_id;
        let mut cost = record(&desk, &id, &expense("Print", 500, 450))
            .await
            .unwrap();
        cost.actual = Some(eur(470));
        let changed = update(&desk, &id, &cost).await.unwrap();
        assert_eq!(
            (changed.revision, changed.actual.clone()),
            (2, Some(eur(470)))
        );
        let late = update(&desk, &id, &expense("Late", 1, 1).with_id(&cost).seen(1)).await;
        refused(late, Code::Aborted, "CHANGED_MEANWHILE");
        let same = update(&desk, &id, &changed).await.unwrap();
        assert_eq!(same.revision, 2, "nothing changed");
        let late = remove(&desk, &id, &cost.cost_id, 1).await;
        refused(late, Code::Aborted, "CHANGED_MEANWHILE");
        for _ in 0..2 {
            let gone = remove(&desk, &id, &cost.cost_id, 2).await.unwrap();
            assert_eq!((gone.revision, gone.removed), (3, true), "{}", desk.label);
        }
        let out = update(&desk, &id, &changed.seen(0)).await;
        refused(out, Code::FailedPrecondition, "REMOVED");
        let revisions = desk.announced::<CostRecorded>().await;
        let told: Vec<(i64, bool)> = revisions.iter().map(|(at, it)| (*at, it.removed)).collect();
        assert_eq!(told, [(1, false), (2, false), (3, true)], "{}", desk.label);
    }
}

#[tokio::test]
async fn lines_are_read_in_pages_latest_day_first() {
    for desk in desks().await {
        let id = desk.create("Fair").await.campaign_id;
        for day in [11, 13, 12, 13, 10] {
            let cost = pb::Cost {
                spent_at: Some(at(&format!("2026-11-{day}T00:00:00Z"))),
                ..expense(&day.to_string(), 1, 1)
            };
            record(&desk, &id, &cost).await.unwrap();
        }
        let mut wanted = pb::ListCostsRequest {
            campaign_id: id,
            page_size: 2,
            ..pb::ListCostsRequest::default()
        };
        let mut lines = Vec::new();
        for rows in [2, 2, 1] {
            let page = desk
                .costs()
                .list_costs(wanted.clone())
                .await
                .unwrap()
                .into_inner();
            assert_eq!((page.costs.len(), page.total), (rows, 5), "{}", desk.label);
            assert_eq!(page.sums, [sum("EUR", 5, 5)], "of all pages");
            lines.extend(page.costs.into_iter().map(|it| it.line));
            wanted.page_token = page.next_page_token;
        }
        assert_eq!(lines, ["13", "13", "12", "11", "10"], "{}", desk.label);
        assert_eq!(wanted.page_token, "");
    }
}

#[tokio::test]
async fn lines_are_found_by_activity_and_kind() {
    for desk in desks().await {
        let id = desk.create("Fair").await.campaign_id;
        let activity = pb::Activity {
            kind: "calls".to_owned(),
            name: "Calls".to_owned(),
            ..pb::Activity::default()
        };
        let activity = activities::add(&desk, &id, &activity)
            .await
            .unwrap()
            .activity_id;
        let of_activity = pb::Cost {
            activity_id: activity.clone(),
            ..expense("Numbers", 3, 2)
        };
        record(&desk, &id, &of_activity).await.unwrap();
        record(&desk, &id, &expense("Print", 500, 450))
            .await
            .unwrap();
        let found = |activity_id: &str, kind: CostKind| {
            let request = pb::ListCostsRequest {
                campaign_id: id.clone(),
                activity_id: activity_id.to_owned(),
                kind: kind.into(),
                ..pb::ListCostsRequest::default()
            };
            let mut client = desk.costs();
            async move { client.list_costs(request).await.unwrap().into_inner() }
        };
        let of = found(&activity, CostKind::Unspecified).await;
        assert_eq!(
            (of.total, of.sums),
            (1, vec![sum("EUR", 3, 2)]),
            "{}",
            desk.label
        );
        let labour = found("", CostKind::Labour).await;
        assert_eq!(
            (labour.total, labour.sums),
            (0, Vec::new()),
            "{}",
            desk.label
        );
        assert_eq!(
            found("", CostKind::Expense).await.total,
            2,
            "{}",
            desk.label
        );
    }
}

#[tokio::test]
async fn what_cannot_be_recorded_is_refused() {
    for desk in desks().await {
        let (id, other) = (
            desk.create("Fair").await.campaign_id,
            desk.create("Other").await,
        );
        let given = record(&desk, &id, &expense("Print", 1, 1)).await.unwrap();
        let taken = record(&desk, &other.campaign_id, &given).await;
        refused(taken, Code::AlreadyExists, "ID_TAKEN");
        let nowhere = record(&desk, &CampaignId::generate().to_string(), &given).await;
        refused(nowhere, Code::NotFound, "CAMPAIGN_NOT_FOUND");
        let foreign = pb::Cost {
            activity_id: ActivityId::generate().to_string(),
            ..expense("Print", 1, 1)
        };
        let foreign = record(&desk, &id, &foreign).await;
        refused(foreign, Code::NotFound, "ACTIVITY_NOT_FOUND");
        let unknown = update(&desk, &other.campaign_id, &given).await;
        refused(unknown, Code::NotFound, "COST_NOT_FOUND");
        let unknown = remove(&desk, &id, &CostId::generate().to_string(), 0).await;
        refused(unknown, Code::NotFound, "COST_NOT_FOUND");
        let bad = pb::Cost {
            planned: Some(eur(-1)),
            actual: Some(money(1, "eur")),
            planned_minutes: Some(1),
            ..expense("", 0, 0)
        };
        let fields = wrong(record(&desk, &id, &bad).await);
        let expected = [
            "cost.line",
            "cost.planned_minutes",
            "cost.planned",
            "cost.actual",
        ];
        assert_eq!(fields, expected, "{}", desk.label);
        let bad = pb::Cost {
            kind: CostKind::Labour.into(),
            hourly_rate: Some(eur(1)),
            ..expense("Work", 0, 0)
        };
        assert_eq!(
            wrong(record(&desk, &id, &bad).await),
            ["cost.actual_minutes"]
        );
        let bad = pb::Cost {
            actual_minutes: Some(-5),
            ..bad
        };
        assert_eq!(wrong(record(&desk, &id, &bad).await), ["cost.hourly_rate"]);
        assert_eq!(list(&desk, &id).await.total, 1, "{}", desk.label);
    }
}

trait Shaped {
    fn with_id(self, of: &pb::Cost) -> Self;
    fn seen(self, revision: i64) -> Self;
}

impl Shaped for pb::Cost {
    fn with_id(self, of: &pb::Cost) -> Self {
        Self {
            cost_id: of.cost_id.clone(),
            ..self
        }
    }

    fn seen(self, revision: i64) -> Self {
        Self { revision, ..self }
    }
}
