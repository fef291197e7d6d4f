//! Figures of channels and what they come to.

use ids::{CampaignId, FiguresId};
use proto::campaigns::v1::{self as pb, ChannelFiguresRecorded};
use rpc::Code;
use tonic::Status;

use crate::{
    costs,
    fixture::{Desk, at, desks, eur, money, refused, wrong},
    plans::came,
};

pub(crate) fn figures(channel: &str, day: &str) -> pb::ChannelFigures {
    pb::ChannelFigures {
        figures_id: FiguresId::generate().to_string(),
        channel: channel.to_owned(),
        starts_at: Some(at(day)),
        ends_at: Some(at("2026-12-31T00:00:00Z")),
        reach: 30_000,
        clicks: 700,
        requests: 20,
        cost: Some(eur(10_001)),
        ..pb::ChannelFigures::default()
    }
}

pub(crate) async fn record(
    desk: &Desk,
    given: &pb::ChannelFigures,
) -> Result<pb::ChannelFigures, Status> {
    let request = pb::RecordChannelFiguresRequest {
        figures: Some(given.clone()),
    };
    let response = desk.plans().record_channel_figures(request).await;
    response.map(|it| it.into_inner().figures.unwrap())
}

async fn update(desk: &Desk, given: &pb::ChannelFigures) -> Result<pb::ChannelFigures, Status> {
    let request = pb::UpdateChannelFiguresRequest {
        figures_id: given.figures_id.clone(),
        figures: Some(given.clone()),
    };
    let response = desk.plans().update_channel_figures(request).await;
    response.map(|it| it.into_inner().figures.unwrap())
}

async fn remove(desk: &Desk, id: &str, revision: i64) -> Result<pb::ChannelFigures, Status> {
    let request = pb::RemoveChannelFiguresRequest {
        figures_id: id.to_owned(),
        revision,
    };
    let response = desk.plans().remove_channel_figures(request).await;
    response.map(|it| it.into_inner().figures.unwrap())
}

async fn batch(
    desk: &Desk,
    figures: &[pb::ChannelFigures],
) -> Result<pb::RecordChannelFiguresBatchResponse, Status> {
    let request = pb::RecordChannelFiguresBatchRequest {
        figures: figures.to_vec(),
    };
    let response = desk.plans().record_channel_figures_batch(request).await;
    response.map(tonic::Response::into_inner)
}

async fn results(
    desk: &Desk,
    request: pb::ListChannelResultsRequest,
) -> pb::ListChannelResultsResponse {
    let response = desk.plans().list_channel_results(request).await;
    response.unwrap().into_inner()
}

#[tokio::test]
async fn figures_are_recorded_once_changed_and_taken_out() {
    for desk in desks().await {
        let given = figures("search ads", "2026-11-01T00:00:00Z");
        let recorded = record(&desk, &given).await.unwrap();
        assert_eq!(recorded.revision, 1);
        assert_eq!(
            record(&desk, &given).await.unwrap(),
            recorded,
            "the same id twice"
        );
        let corrected = pb::ChannelFigures {
            clicks: 701,
            ..recorded.clone()
        };
        let corrected = update(&desk, &corrected).await.unwrap();
        assert_eq!((corrected.revision, corrected.clicks), (2, 701));
        refused(
            update(&desk, &recorded).await,
            Code::Aborted,
            "CHANGED_MEANWHILE",
        );
        refused(
            remove(&desk, &given.figures_id, 1).await,
            Code::Aborted,
            "CHANGED_MEANWHILE",
        );
        for _ in 0..2 {
            let out = remove(&desk, &given.figures_id, 2).await.unwrap();
            assert_eq!((out.revision, out.removed), (3, true), "{}", desk.label);
        }
        let out = pb::ChannelFigures {
            revision: 0,
            ..corrected
        };
        refused(
            update(&desk, &out).await,
            Code::FailedPrecondition,
            "REMOVED",
        );
        let announced = desk.announced::<ChannelFiguresRecorded>().await;
        let told: Vec<_> = announced
            .iter()
            .map(|(revision, it)| (*revision, it.clicks, it.removed))
            .collect();
        assert_eq!(told, [(1, 700, false), (2, 701, false), (3, 701, true)]);
        let none = pb::ListChannelFiguresRequest::default();
        let listed = desk.plans().list_channel_figures(none).await.unwrap();
        assert!(listed.into_inner().figures.is_empty(), "{}", desk.label);
    }
}

#[tokio::test]
async fn a_batch_is_taken_whole_and_once() {
    for desk in desks().await {
        let mut given: Vec<_> = (0..1_000)
            .map(|_| figures("display", "2026-11-01T00:00:00Z"))
            .collect();
        let first = batch(&desk, &given).await.unwrap();
        assert_eq!(
            (first.created, first.figures.len()),
            (1_000, 1_000),
            "{}",
            desk.label
        );
        given[0].clicks = 9;
        given[999] = figures("display", "2026-11-02T00:00:00Z");
        let again = batch(&desk, &given).await.unwrap();
        assert_eq!(again.created, 1, "{}", desk.label);
        assert_eq!(again.figures[0], first.figures[0], "known ones as they are");
        let twice = figures("display", "2026-11-01T00:00:00Z");
        let twice = batch(&desk, &[twice.clone(), twice]).await.unwrap();
        assert_eq!(
            (twice.created, twice.figures.len()),
            (1, 2),
            "{}",
            desk.label
        );
        let announced = desk.announced::<ChannelFiguresRecorded>().await;
        assert_eq!(announced.len(), 1_002, "{}", desk.label);

        let foreign = pb::ChannelFigures {
            campaign_id: CampaignId::generate().to_string(),
            ..figures("display", "2026-11-01T00:00:00Z")
        };
        let good = figures("display", "2026-11-01T00:00:00Z");
        let none = batch(&desk, &[good.clone(), foreign]).await;
        refused(none, Code::NotFound, "CAMPAIGN_NOT_FOUND");
        assert_eq!(
            desk.announced::<ChannelFiguresRecorded>().await.len(),
            1_002
        );
        let unnamed = pb::ChannelFigures {
            figures_id: String::new(),
            reach: -1,
            ..good
        };
        let fields = wrong(batch(&desk, &[unnamed]).await);
        assert_eq!(fields, ["figures[0].figures_id", "figures[0].reach"]);
        assert_eq!(wrong(batch(&desk, &[]).await), ["figures"]);
        given.push(figures("one", "2026-11-01T00:00:00Z"));
        assert_eq!(
            wrong(batch(&desk, &given).await),
            ["figures"],
            "{}",
            desk.label
        );
    }
}

/// A channel with figures, and one with leads and costs of the campaign that is answered.
async fn brought(desk: &Desk) -> String {
    let id = desk.create("Fair").await.campaign_id;
    let first = figures("search ads", "2026-11-01T00:00:00Z");
    record(desk, &first).await.unwrap();
    let second = pb::ChannelFigures {
        campaign_id: id.clone(),
        reach: 3,
        clicks: 0,
        requests: 0,
        cost: Some(money(50, "HUF")),
        ..figures("search ads", "2026-11-20T00:00:00Z")
    };
    record(desk, &second).await.unwrap();
    for _ in 0..3 {
        desk.deliver(&came("2026-11-05T00:00:00Z", "form", &id))
            .await;
    }
    let letters = pb::Cost {
        channel: "form".to_owned(),
        ..costs::expense("Banner", 0, 100)
    };
    costs::record(desk, &id, &letters).await.unwrap();
    id
}

#[tokio::test]
async fn channels_show_what_they_brought_and_what_it_cost() {
    for desk in desks().await {
        let id = brought(&desk).await;
        let all = results(&desk, pb::ListChannelResultsRequest::default()).await;
        let form = pb::ChannelResult {
            channel: "form".to_owned(),
            leads: 3,
            costs: vec![eur(100)],
            costs_per_lead: vec![eur(33)],
            ..pb::ChannelResult::default()
        };
        let ads = pb::ChannelResult {
            channel: "search ads".to_owned(),
            reach: 30_003,
            clicks: 700,
            requests: 20,
            leads: 0,
            // 23331.0002 and 28571.43.
            clicks_per_million: Some(23_331),
            requests_per_million: Some(28_571),
            costs: vec![eur(10_001), money(50, "HUF")],
            // 500.05 and 2.5, of which the even neighbour is taken.
            costs_per_request: vec![eur(500), money(2, "HUF")],
            costs_per_lead: Vec::new(),
        };
        assert_eq!(all.channels, [form.clone(), ads], "{}", desk.label);

        let of_campaign = pb::ListChannelResultsRequest {
            campaign_id: id,
            to: Some(at("2026-11-20T00:00:00Z")),
            ..pb::ListChannelResultsRequest::default()
        };
        assert_eq!(
            results(&desk, of_campaign).await.channels,
            [form],
            "{}",
            desk.label
        );
        let later = pb::ListChannelResultsRequest {
            from: Some(at("2026-11-20T00:00:00Z")),
            ..pb::ListChannelResultsRequest::default()
        };
        let later = results(&desk, later).await.channels;
        assert_eq!((later.len(), later[0].reach), (1, 3), "{}", desk.label);
        assert_eq!(later[0].requests_per_million, None, "nothing to divide by");
    }
}

#[tokio::test]
async fn channels_are_read_in_pages() {
    for desk in desks().await {
        brought(&desk).await;
        let page = pb::ListChannelResultsRequest {
            page_size: 1,
            ..pb::ListChannelResultsRequest::default()
        };
        let page = results(&desk, page).await;
        assert_eq!(page.channels.len(), 1, "{}", desk.label);
        assert_eq!(page.channels[0].channel, "form");
        let rest = pb::ListChannelResultsRequest {
            page_token: page.next_page_token,
            ..pb::ListChannelResultsRequest::default()
        };
        let rest = results(&desk, rest).await;
        assert_eq!(rest.channels[0].channel, "search ads");
        assert_eq!(
            (rest.channels.len(), rest.next_page_token),
            (1, String::new())
        );
    }
}

#[tokio::test]
async fn figures_are_read_in_pages_and_by_channel() {
    for desk in desks().await {
        for (channel, day) in [("a", "03"), ("b", "02"), ("a", "01")] {
            let given = figures(channel, &format!("2026-11-{day}T00:00:00Z"));
            record(&desk, &given).await.unwrap();
        }
        let list = |request: pb::ListChannelFiguresRequest| {
            let mut client = desk.plans();
            async move {
                client
                    .list_channel_figures(request)
                    .await
                    .unwrap()
                    .into_inner()
            }
        };
        let channels = |page: &pb::ListChannelFiguresResponse| -> Vec<String> {
            page.figures.iter().map(|it| it.channel.clone()).collect()
        };
        let none = pb::ListChannelFiguresRequest::default();
        let first = list(pb::ListChannelFiguresRequest {
            page_size: 2,
            ..none.clone()
        })
        .await;
        assert_eq!(channels(&first), ["a", "b"], "{}", desk.label);
        let page_token = first.next_page_token;
        let rest = list(pb::ListChannelFiguresRequest {
            page_token,
            ..none.clone()
        })
        .await;
        assert_eq!(channels(&rest), ["a"], "{}", desk.label);
        let of = list(pb::ListChannelFiguresRequest {
            channel: "a".to_owned(),
            ..none.clone()
        })
        .await;
        assert_eq!(channels(&of), ["a", "a"], "{}", desk.label);
        let within = pb::ListChannelFiguresRequest {
            from: Some(at("2026-11-02T00:00:00Z")),
            to: Some(at("2026-11-03T00:00:00Z")),
            ..none
        };
        assert_eq!(channels(&list(within).await), ["b"], "{}", desk.label);
    }
}

#[tokio::test]
async fn what_cannot_be_recorded_is_refused() {
    for desk in desks().await {
        let bad = pb::ChannelFigures {
            channel: " ".to_owned(),
            ends_at: None,
            clicks: -1,
            cost: Some(money(1, "euro")),
            ..figures("", "2026-11-01T00:00:00Z")
        };
        let fields = wrong(record(&desk, &bad).await);
        let expected = [
            "figures.channel",
            "figures.ends_at",
            "figures.clicks",
            "figures.cost",
        ];
        assert_eq!(fields, expected, "{}", desk.label);
        let unknown = figures("a", "2026-11-01T00:00:00Z");
        refused(
            update(&desk, &unknown).await,
            Code::NotFound,
            "FIGURES_NOT_FOUND",
        );
        let unknown = remove(&desk, &unknown.figures_id, 0).await;
        refused(unknown, Code::NotFound, "FIGURES_NOT_FOUND");
    }
}
