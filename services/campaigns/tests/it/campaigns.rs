//! Cards and states of campaigns.

use std::time::Duration;

use ids::CampaignId;
use prost_types::Timestamp;
use proto::campaigns::v1::{self as pb, CampaignRecorded, CampaignState as State};
use rpc::Code;
use tonic::Status;

use crate::fixture::{Desk, campaign, desks, refused, staff, wrong};

async fn update(desk: &Desk, id: &str, campaign: pb::Campaign) -> Result<pb::Campaign, Status> {
    let request = pb::UpdateCampaignRequest {
        campaign_id: id.to_owned(),
        campaign: Some(campaign),
    };
    let response = desk.client().update_campaign(request).await;
    response.map(|it| it.into_inner().campaign.unwrap())
}

fn at(seconds: i64) -> Timestamp {
    Timestamp {
        seconds,
        nanos: 5_000,
    }
}

#[tokio::test]
async fn a_campaign_is_kept_as_it_was_given_and_announced() {
    for desk in desks().await {
        let given = pb::Campaign {
            campaign_id: CampaignId::generate().to_string(),
            department: "Маркетинг".to_owned(),
            place: "Rīga".to_owned(),
            starts_at: Some(at(1_800_000_000)),
            ends_at: Some(at(1_800_000_000)),
            organiser: "Expo \"X\"".to_owned(),
            project: "P".to_owned(),
            responsible_id: staff().to_string(),
            note: "line\nline".to_owned(),
            ..campaign(" Выставка 100% ")
        };
        let request = pb::CreateCampaignRequest {
            campaign: Some(given.clone()),
        };
        let stored = desk
            .client()
            .create_campaign(request.clone())
            .await
            .unwrap();
        let stored = stored.into_inner().campaign.unwrap();
        let expected = pb::Campaign {
            revision: 1,
            state: State::Preparing.into(),
            name: "Выставка 100%".to_owned(),
            created_at: stored.created_at,
            ..given
        };
        assert_eq!(stored, expected, "{}", desk.label);
        assert_eq!(desk.card(&stored.campaign_id).await.campaign, Some(stored));
        let again = desk.client().create_campaign(request).await.unwrap();
        assert_eq!(
            again.into_inner().campaign,
            Some(expected),
            "the same id twice"
        );
        let announced = desk.announced::<CampaignRecorded>().await;
        assert_eq!(announced.len(), 1, "{}", desk.label);
        assert_eq!(
            (announced[0].0, announced[0].1.state.as_str()),
            (1, "preparing")
        );
    }
}

#[tokio::test]
async fn a_change_replaces_the_card_once() {
    for desk in desks().await {
        let old = desk.create("Fair").await;
        let new = pb::Campaign {
            revision: 1,
            ..campaign("Ярмарка")
        };
        let changed = update(&desk, &old.campaign_id, new.clone()).await.unwrap();
        assert_eq!((changed.revision, changed.name.as_str()), (2, "Ярмарка"));
        let stale = update(&desk, &old.campaign_id, new.clone()).await;
        refused(stale, Code::Aborted, "CHANGED_MEANWHILE");
        let overwrite = pb::Campaign { revision: 0, ..new };
        let same = update(&desk, &old.campaign_id, overwrite.clone()).await;
        assert_eq!(same.unwrap(), changed);
        let unknown = update(&desk, &CampaignId::generate().to_string(), overwrite).await;
        refused(unknown, Code::NotFound, "CAMPAIGN_NOT_FOUND");
        assert_eq!(
            desk.announced::<CampaignRecorded>().await.len(),
            2,
            "{}",
            desk.label
        );
    }
}

#[tokio::test]
async fn a_campaign_goes_forward_only() {
    for desk in desks().await {
        let id = desk.create("Fair").await.campaign_id;
        let same = desk.enter(&id, State::Preparing).await.unwrap();
        assert_eq!(same.revision, 1, "{}", desk.label);
        assert_eq!(desk.enter(&id, State::Running).await.unwrap().revision, 2);
        assert_eq!(desk.enter(&id, State::Running).await.unwrap().revision, 2);
        let back = desk.enter(&id, State::Preparing).await;
        refused(back, Code::FailedPrecondition, "CAMPAIGN_CANNOT_GO_BACK");
        let past = desk.enter(&id, State::Past).await.unwrap();
        assert_eq!((past.revision, past.state()), (3, State::Past));
        let back = desk.enter(&id, State::Running).await;
        refused(back, Code::FailedPrecondition, "CAMPAIGN_CANNOT_GO_BACK");
        let announced = desk.announced::<CampaignRecorded>().await;
        let states: Vec<_> = announced
            .iter()
            .map(|(r, it)| (*r, it.state.as_str()))
            .collect();
        assert_eq!(states, [(1, "preparing"), (2, "running"), (3, "past")]);
        let unknown = desk
            .enter(&CampaignId::generate().to_string(), State::Past)
            .await;
        refused(unknown, Code::NotFound, "CAMPAIGN_NOT_FOUND");
        assert_eq!(
            wrong(desk.enter("", State::Unspecified).await),
            ["campaign_id", "state"]
        );
    }
}

#[tokio::test]
async fn campaigns_come_in_pages_newest_first() {
    for desk in desks().await {
        let mut made = Vec::new();
        for number in 0..5 {
            // Pairs are made at the same moment: then the id decides.
            if number % 2 == 0 {
                desk.hands.advance(Duration::from_micros(1_500));
            }
            made.push(desk.create(&format!("Fair {number}")).await.campaign_id);
        }
        desk.enter(&made[3], State::Running).await.unwrap();
        made.reverse();
        let mut wanted = pb::ListCampaignsRequest {
            page_size: 2,
            ..pb::ListCampaignsRequest::default()
        };
        let mut seen = Vec::new();
        for rows in [2, 2, 1] {
            let page = desk
                .client()
                .list_campaigns(wanted.clone())
                .await
                .unwrap()
                .into_inner();
            assert_eq!(
                (page.campaigns.len(), page.total),
                (rows, 5),
                "{}",
                desk.label
            );
            seen.extend(page.campaigns.into_iter().map(|it| it.campaign_id));
            wanted.page_token = page.next_page_token;
        }
        assert_eq!(
            (seen, wanted.page_token.as_str()),
            (made.clone(), ""),
            "{}",
            desk.label
        );
        let running = pb::ListCampaignsRequest {
            state: State::Running.into(),
            ..pb::ListCampaignsRequest::default()
        };
        let running = desk
            .client()
            .list_campaigns(running)
            .await
            .unwrap()
            .into_inner();
        assert_eq!((running.campaigns.len(), running.total), (1, 1));
        assert_eq!(running.campaigns[0].campaign_id, made[1]);
    }
}

#[tokio::test]
async fn wrong_fields_are_named() {
    for desk in desks().await {
        let given = pb::Campaign {
            campaign_id: "x".to_owned(),
            kind: "party".to_owned(),
            department: "\0".to_owned(),
            starts_at: Some(at(10)),
            ends_at: Some(at(9)),
            responsible_id: "x".to_owned(),
            note: "x".repeat(20_001),
            ..campaign("")
        };
        let request = pb::CreateCampaignRequest {
            campaign: Some(given),
        };
        let fields = wrong(desk.client().create_campaign(request).await);
        let expected = [
            "campaign.campaign_id",
            "campaign.kind",
            "campaign.name",
            "campaign.department",
            "campaign.ends_at",
            "campaign.responsible_id",
            "campaign.note",
        ];
        assert_eq!(fields, expected, "{}", desk.label);
        let empty = desk
            .client()
            .create_campaign(pb::CreateCampaignRequest::default())
            .await;
        assert_eq!(wrong(empty), ["campaign"]);
        let list = pb::ListCampaignsRequest {
            page_size: -1,
            ..pb::ListCampaignsRequest::default()
        };
        assert_eq!(
            wrong(desk.client().list_campaigns(list).await),
            ["page_size"]
        );
        let kinds = desk
            .client()
            .list_campaign_kinds(pb::ListCampaignKindsRequest {})
            .await;
        let kinds = kinds.unwrap().into_inner().kinds;
        assert!(
            kinds
                .iter()
                .any(|kind| kind.code == "exhibition" && kind.name == "Exhibition")
        );
    }
}
