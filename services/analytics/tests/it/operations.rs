//! How the figures are made: rates, weights, rebuild and verification.

use std::time::Duration;

use analytics::builder;
use analytics::projector;
use analytics::store::bulk;
use analytics::store::generations::{self, State};
use analytics::store::statistics;
use proto::analytics::v1::{
    FitWeightsRequest, FitWeightsResponse, GetStatusRequest, GetStatusResponse, ImportRatesRequest,
    ListRatesRequest, ListWeightsRequest, Rate, RebuildRequest, RecordRatesRequest,
};

use crate::story::company;
use crate::world::{World, worlds};

const RATES: &[(&str, &str, &str)] = &[
    ("HUF", "2026-01-01", "0.0025"),
    ("RUB", "2026-01-01", "0.01"),
    ("HUF", "2026-12-25", "0.0026"),
];

async fn status(world: &World) -> GetStatusResponse {
    let answer = world.client.clone().get_status(GetStatusRequest {}).await;
    answer.unwrap().into_inner()
}

async fn fit(world: &World) -> FitWeightsResponse {
    let answer = world.client.clone().fit_weights(FitWeightsRequest {}).await;
    answer.unwrap().into_inner()
}

async fn with_company(world: &World) {
    world.hand_over_all(&company(world).events).await;
    world.catch_up().await;
}

#[tokio::test]
async fn a_rate_restates_what_rests_on_it() {
    for world in worlds().await {
        with_company(&world).await;
        let shown =
            |rows: Vec<String>, text: &str| rows.iter().filter(|row| row.contains(text)).count();
        let rows = world.rows("contract_record").await;
        assert_eq!(shown(rows.clone(), "converted=true"), 2, "{rows:?}");
        assert_eq!(world.rates(RATES).await, 3);
        assert_eq!(status(&world).await.lag_facts, 3);
        world.catch_up().await;
        let rows = world.rows("contract_record").await;
        assert_eq!(shown(rows.clone(), "converted=true"), 6, "{rows:?}");
        // 900,000 forints at 0.0025
        assert!(shown(rows, "value=225000 ") > 0);
        let early = world.figures().await;
        assert!(world.rebuild(true).await.equal, "{}", world.label);

        assert_eq!(world.rates(RATES).await, 0, "a repeat");
        assert_eq!(world.rates(&[("HUF", "2026-01-01", "0.0030")]).await, 1);
        world.catch_up().await;
        assert_ne!(world.figures().await, early);
        assert!(world.rebuild(true).await.equal, "{}", world.label);
        assert_eq!(world.rates(&RATES[..1]).await, 1);
        world.catch_up().await;
        assert_eq!(world.figures().await, early, "{}", world.label);

        let rates = world
            .client
            .clone()
            .list_rates(ListRatesRequest {
                page_size: 2,
                ..ListRatesRequest::default()
            })
            .await
            .unwrap()
            .into_inner();
        let days: Vec<&str> = rates.rates.iter().map(|it| it.day.as_str()).collect();
        assert_eq!(days, ["2026-12-25", "2026-01-01"]);
        let rest = ListRatesRequest {
            page_token: rates.next_page_token,
            ..ListRatesRequest::default()
        };
        let rest = world.client.clone().list_rates(rest).await.unwrap();
        let rest = rest.into_inner();
        assert_eq!(rest.rates.len(), 1);
        assert_eq!(rest.rates.first().unwrap().rate, "0.01");
    }
}

#[tokio::test]
async fn rates_that_cannot_be_are_refused() {
    for world in worlds().await {
        let rate = |currency: &str, day: &str, rate: &str| Rate {
            currency: currency.to_owned(),
            day: day.to_owned(),
            rate: rate.to_owned(),
        };
        for rate in [
            rate("EUR", "2026-01-01", "1"),
            rate("huf", "2026-01-01", "1"),
            rate("HUF", "2026-02-30", "1"),
            rate("HUF", "2026-01-01", "-1"),
        ] {
            let request = RecordRatesRequest { rates: vec![rate] };
            let refused = world.client.clone().record_rates(request).await;
            assert_eq!(refused.unwrap_err().code(), tonic::Code::InvalidArgument);
        }
        let refused = RecordRatesRequest::default();
        let refused = world.client.clone().record_rates(refused).await;
        assert_eq!(refused.unwrap_err().code(), tonic::Code::InvalidArgument);

        let csv = b"Date,HUF,USD\n2026-11-25,400,1.25\n".to_vec();
        let import = |csv| ImportRatesRequest { csv };
        let read = world.client.clone().import_rates(import(csv.clone())).await;
        let read = read.unwrap().into_inner();
        assert_eq!((read.read, read.recorded), (2, 2));
        let again = world.client.clone().import_rates(import(csv)).await;
        assert_eq!(again.unwrap().into_inner().recorded, 0);
        let broken = b"Date,HUF\n2026-11-25,many\n".to_vec();
        let refused = world.client.clone().import_rates(import(broken)).await;
        let reason = rpc::explain(&refused.unwrap_err()).reason;
        assert_eq!(reason, "FILE_UNREADABLE");
    }
}

#[tokio::test]
async fn fitted_weights_restate_the_data_driven_model() {
    for world in worlds().await {
        assert!(!fit(&world).await.changed, "there is nothing to fit to");
        with_company(&world).await;
        world.rates(RATES).await;
        world.catch_up().await;
        let before = world.figures().await;
        let fitted = fit(&world).await;
        assert!(fitted.changed);
        assert_eq!(fitted.weights.as_ref().unwrap().version, 1);
        world.catch_up().await;
        assert_ne!(world.figures().await, before, "{}", world.label);
        assert!(world.rebuild(true).await.equal, "{}", world.label);

        let again = fit(&world).await;
        assert!(!again.changed);
        assert_eq!(again.weights, fitted.weights);
        let list = ListWeightsRequest::default();
        let list = world.client.clone().list_weights(list).await.unwrap();
        assert_eq!(list.into_inner().weights, [fitted.weights.unwrap()]);
    }
}

#[tokio::test]
async fn a_verification_names_the_row_that_is_wrong_and_a_rebuild_puts_it_right() {
    for world in worlds().await {
        with_company(&world).await;
        world.rates(RATES).await;
        world.catch_up().await;
        let right = world.figures().await;
        let same = world.rebuild(true).await;
        assert!(same.equal, "{:?}", same.tables);

        world
            .tamper("update funnel_cell_month set revenue = revenue + 1")
            .await;
        let other = world.rebuild(true).await;
        assert!(!other.equal);
        let wrong: Vec<_> = other
            .tables
            .iter()
            .filter(|it| it.living_hash != it.derived_hash)
            .collect();
        let [funnel] = &*wrong else {
            panic!("{wrong:?}")
        };
        assert_eq!(funnel.table, "funnel_cell_month");
        assert!(
            funnel
                .differences
                .iter()
                .any(|row| row.starts_with("living: period="))
        );
        assert!(
            funnel
                .differences
                .iter()
                .any(|row| row.starts_with("derived: period="))
        );

        let rebuilt = world.rebuild(false).await;
        assert!(rebuilt.done);
        assert_eq!(world.figures().await, right, "{}", world.label);
        world.sweep().await;
        let left = status(&world).await;
        assert_eq!(left.generations.len(), 1, "{left:?}");
        assert_eq!(left.position, left.head);
        for number in 1..i16::try_from(left.generations.first().unwrap().number).unwrap() {
            assert!(world.figures_of(number).await.is_empty());
        }
        // It goes on from there.
        world.hand_over_all(&company(&world).events).await;
        world.catch_up().await;
        assert!(world.rebuild(true).await.equal, "{}", world.label);
    }
}

#[tokio::test]
async fn figures_of_another_model_are_derived_anew_by_themselves() {
    for world in worlds().await {
        with_company(&world).await;
        let right = world.figures().await;
        world.tamper("update generation set model = '0 EUR'").await;
        world.hand_over_all(&company(&world).events).await;
        world.catch_up().await;
        assert_eq!(world.figures().await, right, "it waits for the rebuild");
        // Begun by one process, gone on with by another.
        assert!(builder::turn(&world.app).await.unwrap());
        let world = world.started_again().await;
        world.sweep().await;
        world.catch_up().await;
        let reader = world.app.database().reader();
        let living = generations::living(reader).await.unwrap().unwrap();
        assert_eq!(living.model, projector::model("EUR"));
        assert_eq!(status(&world).await.lag_facts, 0);
        assert!(world.rebuild(true).await.equal, "{}", world.label);
    }
}

#[tokio::test]
async fn a_verification_is_given_up_when_its_caller_goes() {
    for world in worlds().await {
        with_company(&world).await;
        let request = RebuildRequest { verify: true };
        let progress = world.client.clone().rebuild(request).await.unwrap();
        let mut progress = progress.into_inner();
        progress.message().await.unwrap().expect("it goes on");
        drop(progress);
        testkit::eventually(Duration::from_secs(30), async || {
            world.sweep().await;
            let all = generations::all(world.app.database().reader()).await;
            let others = all.unwrap().into_iter();
            let others = others.filter(|it| it.state != State::Living).count();
            if others == 0 { Ok(()) } else { Err(others) }
        })
        .await;
    }
}

#[tokio::test]
async fn the_database_learns_how_many_figures_there_are() {
    for world in worlds().await {
        with_company(&world).await;
        let figures = world.figures().await;
        statistics::renew(world.app.database()).await.unwrap();
        assert_eq!(world.figures().await, figures);
        let reader = world.app.database().reader();
        if world.label == "postgres" {
            let sql = "select count(*) from pg_stats where schemaname = current_schema() \
                       and tablename in ('funnel_cell_day', 'lead_record') and attname = 'generation'";
            let rows = bulk::query(reader, sql, []).await.unwrap();
            let known: i64 = rows.first().unwrap().try_get_by_index(0).unwrap();
            assert_eq!(known, 2);
        }
    }
}
