use proto::deals::v1::forecast_service_client::ForecastServiceClient;
use proto::deals::v1::{
    ForecastFigure, ForecastSpan, GetForecastRequest, ListForecastDealsRequest,
    ListForecastDealsResponse, UpdateDealRequest,
};
use rpc::Identity;

use crate::forecast::{filled, forecast};
use crate::world::{World, reason, violations, worlds};

async fn behind(world: &World, request: ListForecastDealsRequest) -> ListForecastDealsResponse {
    let mut client = ForecastServiceClient::new(world.channel());
    client
        .list_forecast_deals(request)
        .await
        .unwrap()
        .into_inner()
}

#[tokio::test]
async fn every_figure_has_its_deals() {
    for world in worlds().await {
        filled(&world).await;
        let rows = forecast(&world, GetForecastRequest::default()).await.rows;
        for row in rows {
            for (figure, count) in [
                (ForecastFigure::Open, row.open_count),
                (ForecastFigure::Committed, row.committed_count),
                (ForecastFigure::Won, row.won_count),
            ] {
                let request = ListForecastDealsRequest {
                    topic_id: row.topic_id.clone(),
                    responsible_id: row.responsible_id.clone(),
                    span: row.span,
                    month: row.month.clone(),
                    figure: figure.into(),
                    ..ListForecastDealsRequest::default()
                };
                let found = behind(&world, request.clone()).await;
                assert_eq!(found.total, count, "{}: {request:?}", world.label);
                for sums in &row.sums {
                    let request = ListForecastDealsRequest {
                        currency: sums.currency.clone(),
                        ..request.clone()
                    };
                    let deals = behind(&world, request).await.deals;
                    let amounts = deals
                        .iter()
                        .map(|it| it.deal.as_ref().unwrap().amount.clone());
                    let amount: i64 = amounts.map(|it| it.unwrap().minor).sum();
                    let expected = match figure {
                        ForecastFigure::Won => sums.won_minor,
                        ForecastFigure::Committed => sums.committed_minor,
                        _ => sums.open_minor,
                    };
                    assert_eq!(amount, expected, "{}: {figure:?} {row:?}", world.label);
                    if figure == ForecastFigure::Open {
                        let weighted = deals.iter().map(|it| it.weighted.as_ref().unwrap().minor);
                        assert_eq!(weighted.sum::<i64>(), sums.weighted_minor);
                        assert!(deals.iter().all(|it| it.probability_percent == 10));
                    }
                }
            }
        }
    }
}

#[tokio::test]
async fn deals_of_nobody_and_of_all_months_are_listed_in_pages() {
    for world in worlds().await {
        filled(&world).await;
        let deal = world.open("nobody's").await;
        let away = UpdateDealRequest {
            deal_id: deal.deal_id,
            responsible_id: Some(String::new()),
            ..UpdateDealRequest::default()
        };
        world.client.clone().update_deal(away).await.unwrap();
        let nobody = ListForecastDealsRequest {
            without_responsible: true,
            ..ListForecastDealsRequest::default()
        };
        let found = behind(&world, nobody).await.deals;
        assert_eq!(found.len(), 1, "{}", world.label);
        assert_eq!(found[0].deal.as_ref().unwrap().title, "nobody's");
        assert_eq!(found[0].weighted, None);

        let mut titles = Vec::new();
        let mut request = ListForecastDealsRequest {
            span: ForecastSpan::Month.into(),
            page_size: 4,
            ..ListForecastDealsRequest::default()
        };
        loop {
            let page = behind(&world, request.clone()).await;
            assert_eq!(page.total, 6, "{}", world.label);
            titles.extend(page.deals.into_iter().map(|it| it.deal.unwrap().title));
            if page.next_page_token.is_empty() {
                break;
            }
            request.page_token = page.next_page_token;
        }
        titles.sort();
        let expected = [
            "autumn",
            "december",
            "forints",
            "hers",
            "today",
            "worthless",
        ];
        assert_eq!(titles, expected, "{}", world.label);
    }
}

#[tokio::test]
async fn what_makes_no_sense_is_refused() {
    for world in worlds().await {
        let wrong = ListForecastDealsRequest {
            span: ForecastSpan::Undated.into(),
            month: "2026-12".to_owned(),
            currency: "eur".to_owned(),
            ..ListForecastDealsRequest::default()
        };
        let mut client = ForecastServiceClient::new(world.channel());
        let found = violations(client.list_forecast_deals(wrong).await);
        let expected = [("month", "MALFORMED"), ("currency", "MALFORMED")];
        assert_eq!(
            found,
            expected.map(|(field, reason)| (field.to_owned(), reason.to_owned())),
            "{}",
            world.label
        );
        let mut anyone = ForecastServiceClient::new(world.channel_of(Identity::Anyone));
        let answer = anyone.get_forecast(GetForecastRequest::default()).await;
        assert_eq!(reason(answer), "CREDENTIALS_MISSING", "{}", world.label);
    }
}
