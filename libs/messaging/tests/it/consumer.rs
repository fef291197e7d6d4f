//! An event has its effect once, whatever happens around it.

use std::{
    collections::BTreeMap,
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};

use messaging::{Handler, Settings, SharedTransport, Subscription, transport::Durable};
use testkit::eventually;

use crate::{
    faulty::Faulty,
    fixture::{
        DEADLINE, Place, Recorder, Running, Sold, await_effects, await_published, batch_ledger,
        buses, combinations, effects, embedded_bus, ledger, places, publish, quick,
    },
};

#[tokio::test]
async fn every_event_reaches_its_handler_once() {
    for (label, place, bus) in combinations().await {
        let transport = bus.open().await;
        let shop = place.outbox("shop").await;
        let books = place.outbox("ledger").await;
        let recorder = Recorder::new();
        let mut running = Running::new(quick());
        // The consumer first: it has to wait for the stream.
        running.consumer(ledger(&recorder), &books, &transport);
        running.relay(&shop, &transport);
        publish(&shop, 0..300).await;
        await_effects(&label, &books, 0..300).await;
        assert_eq!(recorder.calls(), 300, "{label}");
        running.stop().await;
    }
}

#[tokio::test]
async fn events_are_handled_together_and_the_bad_ones_alone() {
    for (label, place, bus) in combinations().await {
        let transport = bus.open().await;
        let shop = place.outbox("shop").await;
        let books = place.outbox("ledger").await;
        let recorder = Recorder::new();
        recorder.refuse.lock().unwrap().extend([7, 31]);
        recorder.panic.lock().unwrap().insert(40);
        let mut relay = Running::new(quick());
        relay.relay(&shop, &transport);
        publish(&shop, 0..60).await;
        await_published(&label, &shop).await;

        let mut running = Running::new(quick());
        running.consumer(batch_ledger(&recorder), &books, &transport);
        let good: BTreeMap<i64, i64> = (0..60)
            .filter(|number| ![7, 31, 40].contains(number))
            .map(|number| (number, 1))
            .collect();
        eventually(DEADLINE, || async {
            let found = effects(books.database()).await;
            let parked = messaging::parked::list(books.database(), None, 10);
            let parked = parked.await.unwrap().len();
            (found == good && parked == 3)
                .then_some(())
                .ok_or((label.clone(), found.len(), parked))
        })
        .await;
        let batches = recorder.batches.lock().unwrap().clone();
        let largest = batches.iter().map(Vec::len).max().unwrap();
        assert!(largest > 20, "{label}: {largest} at most");
        running.stop().await;
        relay.stop().await;
    }
}

#[tokio::test]
async fn a_crash_between_commit_and_acknowledgement_doubles_nothing() {
    for (label, place, bus) in combinations().await {
        let transport = bus.open().await;
        let shop = place.outbox("shop").await;
        let books = place.outbox("ledger").await;
        let settings = Settings {
            ack_wait: Duration::from_millis(300),
            ..quick()
        };
        let mut relay = Running::new(settings.clone());
        relay.relay(&shop, &transport);
        publish(&shop, 0..100).await;

        let faulty = Faulty::new(Arc::clone(&transport));
        faulty.lose_acks.store(true, Ordering::SeqCst);
        let recorder = Recorder::new();
        let mut running = Running::new(settings.clone());
        let losing = Arc::clone(&faulty) as SharedTransport;
        running.consumer(ledger(&recorder), &books, &losing);
        // All were handled, and came again at least once.
        eventually(DEADLINE, || async {
            faulty.acks_lost.load(Ordering::SeqCst) >= 200
        })
        .await;
        running.kill().await;

        let mut running = Running::new(settings);
        running.consumer(ledger(&recorder), &books, &transport);
        eventually(DEADLINE, || async {
            let backlog = transport.backlog(&own_durable()).await.unwrap();
            backlog.pending + backlog.in_flight == 0
        })
        .await;
        await_effects(&label, &books, 0..100).await;
        assert_eq!(recorder.calls(), 100, "{label}: handled again");
        running.stop().await;
        relay.stop().await;
    }
}

fn own_durable() -> Durable {
    Durable {
        stream: "tributary-shop".to_owned(),
        name: "ledger-shop".to_owned(),
    }
}

#[tokio::test]
async fn a_crash_before_the_commit_loses_nothing() {
    for place in places().await {
        let transport = embedded_bus().open().await;
        let shop = place.outbox("shop").await;
        let books = place.outbox("ledger").await;
        let settings = Settings {
            ack_wait: Duration::from_millis(300),
            ..quick()
        };
        let mut relay = Running::new(settings.clone());
        relay.relay(&shop, &transport);
        publish(&shop, 0..50).await;
        for _ in 0..3 {
            let recorder = Recorder::new();
            // Stuck in the middle of a transaction.
            recorder.gate.forget_permits(usize::MAX);
            recorder.gate.add_permits(3);
            let mut running = Running::new(settings.clone());
            running.consumer(ledger(&recorder), &books, &transport);
            eventually(DEADLINE, || async { recorder.calls() >= 4 }).await;
            running.kill().await;
        }
        let mut running = Running::new(settings);
        running.consumer(ledger(&Recorder::new()), &books, &transport);
        await_effects(place.label(), &books, 0..50).await;
        running.stop().await;
        relay.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn competing_processes_double_nothing() {
    for bus in buses() {
        let place = Place::postgres().await;
        let shop = place.outbox("shop").await;
        let main = place.outbox("ledger").await;
        let settings = Settings {
            // Shorter than the work takes under load, so that deliveries overtake each other.
            ack_wait: Duration::from_millis(50),
            batch: 16,
            ..quick()
        };
        let mut running = Running::new(settings);
        let transport = bus.open().await;
        for _ in 0..2 {
            let process = place.outbox("shop").await;
            running.relay(&process, &transport);
        }
        for _ in 0..3 {
            let process = place.outbox("ledger").await;
            running.consumer(ledger(&Recorder::new()), &process, &transport);
        }
        publish(&shop, 0..500).await;
        await_effects(bus.label(), &main, 0..500).await;
        running.stop().await;
        await_effects(bus.label(), &main, 0..500).await;
    }
}

#[tokio::test]
async fn long_work_keeps_its_delivery() {
    for bus in buses() {
        let place = Place::sqlite();
        let transport = bus.open().await;
        let shop = place.outbox("shop").await;
        let books = place.outbox("ledger").await;
        let settings = Settings {
            ack_wait: Duration::from_millis(500),
            ..quick()
        };
        let mut running = Running::new(settings);
        running.relay(&shop, &transport);
        let recorder = Recorder::new();
        recorder.gate.forget_permits(usize::MAX);
        running.consumer(ledger(&recorder), &books, &transport);
        publish(&shop, 0..1).await;
        eventually(DEADLINE, || async { recorder.calls() == 1 }).await;

        // For three waits nobody else gets it.
        let durable = own_durable();
        let start = Instant::now();
        while start.elapsed() < Duration::from_millis(1_500) {
            let other = transport.fetch(&durable, 1, Duration::from_millis(100));
            assert!(other.await.unwrap().is_empty(), "{}", bus.label());
        }
        recorder.gate.add_permits(10);
        await_effects(bus.label(), &books, 0..1).await;
        assert_eq!(recorder.calls(), 1);
        running.stop().await;
    }
}

#[tokio::test]
async fn unfinished_work_is_handed_back_at_the_end() {
    for bus in buses() {
        let place = Place::sqlite();
        let transport = bus.open().await;
        let shop = place.outbox("shop").await;
        let books = place.outbox("ledger").await;
        let settings = Settings {
            ack_wait: Duration::from_mins(10),
            ..quick()
        };
        let mut relay = Running::new(settings.clone());
        relay.relay(&shop, &transport);
        let recorder = Recorder::new();
        recorder.gate.forget_permits(usize::MAX);
        let mut running = Running::new(settings.clone());
        running.consumer(ledger(&recorder), &books, &transport);
        publish(&shop, 0..10).await;
        eventually(DEADLINE, || async { recorder.calls() == 1 }).await;
        let start = Instant::now();
        running.stop().await;
        assert!(start.elapsed() < Duration::from_secs(3), "{}", bus.label());

        // Without waiting for the ten minutes.
        let mut running = Running::new(settings);
        running.consumer(ledger(&Recorder::new()), &books, &transport);
        await_effects(bus.label(), &books, 0..10).await;
        running.stop().await;
        relay.stop().await;
    }
}

#[tokio::test]
async fn the_numbers_tell_what_happened() {
    let place = Place::sqlite();
    let transport = embedded_bus().open().await;
    let shop = place.outbox("shop").await;
    let books = place.outbox("ledger").await;
    let recorder = Recorder::new();
    recorder.refuse.lock().unwrap().insert(3);
    let mut running = Running::new(quick());
    running.relay(&shop, &transport);
    running.consumer(ledger(&recorder), &books, &transport);
    publish(&shop, 0..10).await;
    let sale = "consumer=\"ledger-shop\"";
    eventually(DEADLINE, || async {
        let text = telemetry::metrics_text();
        let value = |name: &str, labels: &[&str]| {
            text.lines()
                .find(|line| {
                    line.starts_with(&format!("{name}{{"))
                        && labels.iter().all(|label| line.contains(label))
                })
                .and_then(|line| line.rsplit_once(' ')?.1.parse::<f64>().ok())
        };
        let deliveries = "messaging_deliveries_total";
        let found = [
            value("messaging_published_total", &["service=\"shop\""]),
            value("messaging_outbox_backlog", &["service=\"shop\""]),
            value(deliveries, &[sale, "outcome=\"handled\""]),
            value(deliveries, &[sale, "outcome=\"parked\""]),
            value("messaging_parked", &[sale]),
            value("messaging_consumer_pending", &[sale]),
        ];
        let wanted = [10.0, 0.0, 9.0, 1.0, 1.0, 0.0].map(Some);
        (found == wanted).then_some(()).ok_or(found)
    })
    .await;
    running.stop().await;
}

#[tokio::test]
async fn a_subscription_to_a_foreign_event_is_refused() {
    let place = Place::sqlite();
    let transport = embedded_bus().open().await;
    let books = place.outbox("ledger").await;
    let handler = Recorder::new() as Arc<dyn Handler<Sold>>;
    let subscription = Subscription::new("ledger", "bank").on::<Sold>(handler);
    let ended = subscription
        .run(
            books,
            transport,
            clock::Clock::system(),
            quick(),
            tokio_util::sync::CancellationToken::new(),
        )
        .await;
    assert_eq!(
        ended.unwrap_err().to_string(),
        "tributary.shop.v1.Sold is not published by bank"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_outage_of_the_database_counts_no_attempts() {
    let cluster = tokio::task::spawn_blocking(testkit::PostgresCluster::start)
        .await
        .unwrap();
    let database = cluster.database().await;
    let settings = database::Settings {
        url: database.url().to_owned(),
        max_connections: 4,
        acquire_timeout: Duration::from_secs(1),
    };
    let open = || database::Database::connect(&settings, "ledger");
    let opened = open().await.unwrap();
    opened.migrate(&crate::fixture::migrations()).await.unwrap();
    let books = messaging::Outbox::new(opened, "ledger");
    let shop = Place::sqlite();
    let shop = (shop.outbox("shop").await, shop);
    let transport = embedded_bus().open().await;
    let recorder = Recorder::new();
    let mut running = Running::new(quick());
    running.relay(&shop.0, &transport);
    running.consumer(ledger(&recorder), &books, &transport);
    publish(&shop.0, 0..20).await;
    await_effects("before", &books, 0..20).await;

    cluster.crash();
    publish(&shop.0, 20..60).await;
    await_published("shop", &shop.0).await;
    tokio::task::block_in_place(|| cluster.restart());
    await_effects("after", &books, 0..60).await;
    assert_eq!(messaging::parked::count(books.database()).await.unwrap(), 0);
    running.stop().await;
}
