use std::sync::Arc;
use std::time::Duration;

use contracts::app::App;
use contracts::settings::Settings;
use contracts::timers::{run, work};
use proto::contracts::v1::{
    ContractActivated, ContractEnded, ContractRenewalDue, ContractState, UpdateContractRequest,
};
use tokio_util::sync::CancellationToken;

use crate::world::{World, day, euros, worlds};

async fn announced(world: &World) -> (usize, usize, usize) {
    (
        world.announced::<ContractActivated>().await.len(),
        world.announced::<ContractRenewalDue>().await.len(),
        world.announced::<ContractEnded>().await.len(),
    )
}

#[tokio::test]
async fn a_contract_starts_is_renewed_and_ends_by_itself() {
    for world in worlds().await {
        let signed = world.signed(10, 100).await;
        world.days_pass(9);
        work(&world.app).await.unwrap();
        assert_eq!(
            announced(&world).await,
            (0, 0, 0),
            "{}: before the first day",
            world.label
        );

        world.days_pass(1);
        work(&world.app).await.unwrap();
        work(&world.app).await.unwrap();
        let active = world.now(&signed).await;
        assert_eq!(
            (active.state(), active.activated_at),
            (ContractState::Active, day(10))
        );
        assert_eq!(announced(&world).await, (1, 0, 0), "{}", world.label);

        world.days_pass(59);
        work(&world.app).await.unwrap();
        assert_eq!(
            announced(&world).await,
            (1, 0, 0),
            "{}: before the notice",
            world.label
        );
        world.days_pass(1);
        work(&world.app).await.unwrap();
        work(&world.app).await.unwrap();
        assert_eq!(announced(&world).await, (1, 1, 0), "{}", world.label);
        let due = &world.announced::<ContractRenewalDue>().await[0].message;
        assert_eq!((due.ends_at, due.title.as_str()), (day(100), "Desks"));
        assert_eq!(due.amount, euros(120_000));
        assert_eq!(due.organisation_id, signed.organisation_id);
        assert_eq!(due.responsible_id, signed.responsible_id);

        world.days_pass(29);
        work(&world.app).await.unwrap();
        assert_eq!(
            announced(&world).await,
            (1, 1, 0),
            "{}: before the last day",
            world.label
        );
        world.days_pass(1);
        work(&world.app).await.unwrap();
        work(&world.app).await.unwrap();
        let ended = world.now(&signed).await;
        assert_eq!(
            (ended.end_kind.as_str(), ended.ended_at),
            ("expired", day(100))
        );
        assert_eq!(announced(&world).await, (1, 1, 1), "{}", world.label);
        let history = world.history(&signed).await;
        assert_eq!(
            history[history.len() - 3..],
            ["activated", "renewal_due", "ended"]
        );
        assert_eq!(
            world.card(&signed).await.history[0].by,
            "",
            "the clock did it"
        );
    }
}

#[tokio::test]
async fn after_a_long_stop_nothing_is_left_out() {
    for world in worlds().await {
        world.signed(10, 100).await;
        world.days_pass(1_000);
        work(&world.app).await.unwrap();
        assert_eq!(announced(&world).await, (1, 1, 1), "{}", world.label);
    }
}

#[tokio::test]
async fn several_processes_announce_once() {
    for world in worlds().await {
        for _ in 0..6 {
            world.signed(10, 100).await;
        }
        for (days, expected) in [(10, (6, 0, 0)), (60, (6, 6, 0)), (30, (6, 6, 6))] {
            world.days_pass(days);
            let (one, two, three) = (
                world.other_process(),
                world.other_process(),
                world.other_process(),
            );
            let (one, two, three) = tokio::join!(work(&one), work(&two), work(&three));
            for done in [one, two, three] {
                done.unwrap();
            }
            assert_eq!(announced(&world).await, expected, "{}", world.label);
        }
    }
}

#[tokio::test]
async fn contracts_without_days_and_those_that_ended_are_left_alone() {
    for world in worlds().await {
        let open = world.draft("Desks").await;
        world.send(&open).await.unwrap();
        world.sign(&open).await.unwrap();
        let dead = world.signed(10, 100).await;
        world.end(&dead, "terminated", "other").await.unwrap();
        world.days_pass(1_000);
        work(&world.app).await.unwrap();
        assert_eq!(
            announced(&world).await,
            (0, 0, 1),
            "{}: only the termination",
            world.label
        );
        world.activate(&open).await.unwrap();
        world.days_pass(1_000);
        work(&world.app).await.unwrap();
        assert_eq!(
            announced(&world).await,
            (1, 0, 1),
            "{}: no end, no renewal",
            world.label
        );
    }
}

#[tokio::test]
async fn a_batch_bounds_one_look() {
    for world in worlds().await {
        for _ in 0..5 {
            world.signed(10, 100).await;
        }
        world.days_pass(10);
        let settings = Settings {
            timer_batch: 2,
            ..world.app.settings.clone()
        };
        let app = App {
            settings,
            ..world.other_process()
        };
        for expected in [2, 4, 5, 5] {
            work(&app).await.unwrap();
            assert_eq!(announced(&world).await.0, expected, "{}", world.label);
        }
    }
}

#[tokio::test]
async fn the_notice_decides_when_the_renewal_is_due() {
    for world in worlds().await {
        let draft = world.draft("Desks").await;
        let request = UpdateContractRequest {
            contract_id: draft.contract_id.clone(),
            starts_at: day(0),
            ends_at: day(10),
            renewal_notice_days: Some(0),
            ..UpdateContractRequest::default()
        };
        world.update(request).await.unwrap();
        world.send(&draft).await.unwrap();
        world.sign(&draft).await.unwrap();
        world.days_pass(9);
        work(&world.app).await.unwrap();
        assert_eq!(announced(&world).await, (1, 0, 0), "{}", world.label);
        world.days_pass(1);
        work(&world.app).await.unwrap();
        assert_eq!(announced(&world).await, (1, 1, 1), "{}", world.label);
    }
}

#[tokio::test]
async fn the_timers_look_by_themselves_and_stop_when_told() {
    for world in worlds().await {
        let signed = world.signed(10, 100).await;
        let settings = Settings {
            timer_interval: Duration::from_millis(10),
            ..world.app.settings.clone()
        };
        let app = Arc::new(App {
            settings,
            ..world.other_process()
        });
        let shutdown = CancellationToken::new();
        let watch = async {
            world.days_pass(10);
            let world = &world;
            let signed = &signed;
            testkit::eventually(Duration::from_secs(20), || async move {
                world.now(signed).await.state() == ContractState::Active
            })
            .await;
            shutdown.cancel();
        };
        let (stopped, ()) = tokio::join!(run(app, shutdown.clone()), watch);
        stopped.unwrap();
    }
}
