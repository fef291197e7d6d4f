//! Steps of campaigns.

use ids::{ActivityId, CampaignId};
use prost_types::Timestamp;
use proto::campaigns::v1 as pb;
use rpc::Code;
use tonic::Status;

use crate::fixture::{Desk, desks, refused, wrong};

fn activity(name: &str, starts: Option<i64>) -> pb::Activity {
    pb::Activity {
        activity_id: ActivityId::generate().to_string(),
        kind: "calls".to_owned(),
        name: name.to_owned(),
        starts_at: starts.map(|seconds| Timestamp { seconds, nanos: 0 }),
        ..pb::Activity::default()
    }
}

pub(crate) async fn add(
    desk: &Desk,
    campaign: &str,
    given: &pb::Activity,
) -> Result<pb::Activity, Status> {
    let request = pb::AddActivityRequest {
        campaign_id: campaign.to_owned(),
        activity: Some(given.clone()),
    };
    let response = desk.client().add_activity(request).await;
    response.map(|it| it.into_inner().activity.unwrap())
}

async fn update(
    desk: &Desk,
    campaign: &str,
    id: &str,
    given: pb::Activity,
) -> Result<pb::Activity, Status> {
    let request = pb::UpdateActivityRequest {
        campaign_id: campaign.to_owned(),
        activity_id: id.to_owned(),
        activity: Some(given),
    };
    let response = desk.client().update_activity(request).await;
    response.map(|it| it.into_inner().activity.unwrap())
}

#[tokio::test]
async fn activities_are_shown_in_the_order_of_their_start() {
    for desk in desks().await {
        let id = desk.create("Fair").await.campaign_id;
        let open = activity("Обзвон", None);
        let (late, early) = (activity("late", Some(200)), activity("early", Some(100)));
        for given in [&open, &late, &early] {
            assert_eq!(&add(&desk, &id, given).await.unwrap(), given);
        }
        assert_eq!(
            add(&desk, &id, &open).await.unwrap(),
            open,
            "the same id twice"
        );
        assert_eq!(
            desk.card(&id).await.activities,
            [early, late, open],
            "{}",
            desk.label
        );
    }
}

#[tokio::test]
async fn an_activity_is_replaced_as_a_whole() {
    for desk in desks().await {
        let id = desk.create("Fair").await.campaign_id;
        let old = add(&desk, &id, &activity("Calls", Some(100)))
            .await
            .unwrap();
        let new = pb::Activity {
            result: "12 meetings".to_owned(),
            starts_at: None,
            ..old.clone()
        };
        for _ in 0..2 {
            let changed = update(&desk, &id, &old.activity_id, new.clone()).await;
            assert_eq!(changed.unwrap(), new);
        }
        assert_eq!(desk.card(&id).await.activities, std::slice::from_ref(&new));
        let other = desk.create("Other").await.campaign_id;
        let foreign = update(&desk, &other, &old.activity_id, new).await;
        refused(foreign, Code::NotFound, "ACTIVITY_NOT_FOUND");
    }
}

#[tokio::test]
async fn what_cannot_be_added_is_refused() {
    for desk in desks().await {
        let (id, other) = (desk.create("Fair").await, desk.create("Other").await);
        let given = add(&desk, &id.campaign_id, &activity("Calls", None))
            .await
            .unwrap();
        let taken = add(&desk, &other.campaign_id, &given).await;
        refused(taken, Code::AlreadyExists, "ID_TAKEN");
        let unknown = add(&desk, &CampaignId::generate().to_string(), &given).await;
        refused(unknown, Code::NotFound, "CAMPAIGN_NOT_FOUND");
        let bad = pb::Activity {
            kind: "calling".to_owned(),
            ..activity("", None)
        };
        let fields = wrong(add(&desk, "x", &bad).await);
        assert_eq!(
            fields,
            ["campaign_id", "activity.kind", "activity.name"],
            "{}",
            desk.label
        );
        let empty = desk
            .client()
            .update_activity(pb::UpdateActivityRequest::default())
            .await;
        assert_eq!(wrong(empty), ["campaign_id", "activity_id", "activity"]);
    }
}
