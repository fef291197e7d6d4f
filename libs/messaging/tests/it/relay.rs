//! The relay publishes every committed event, whatever the order of commits and whoever dies.

use std::{
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};

use clock::Clock;
use messaging::{Outbox, Relay, Settings, SharedTransport, outbox};
use sea_orm::{ConnectionTrait, Statement};
use testkit::eventually;
use tokio::{sync::Barrier, task::JoinSet};
use tokio_util::sync::CancellationToken;

use crate::{
    faulty::Faulty,
    fixture::{
        Bus, DEADLINE, Place, Running, await_published, buses, combinations, embedded_bus, places,
        publish, quick, sold,
    },
};

async fn messages(transport: &SharedTransport) -> u64 {
    let state = transport.stream_state("tributary-shop").await.unwrap();
    state.map_or(0, |state| state.last_sequence)
}

/// Commits transactions of up to three events, some of them only after a pause.
async fn write(shop: Outbox, writer: i64, transactions: i64, start: Arc<Barrier>) -> i64 {
    start.wait().await;
    let mut events = 0;
    for turn in 0..transactions {
        let tx = shop.begin().await.unwrap();
        for _ in 0..=(turn % 3) {
            events += 1;
            tx.publish(sold(writer * 10_000 + events)).await.unwrap();
        }
        if (turn + writer) % 5 == 0 {
            let pause = u64::try_from((turn * 7 + writer * 3) % 20).unwrap();
            // The fault: a commit that is held back while later ones overtake it.
            tokio::time::sleep(Duration::from_millis(pause)).await;
        }
        tx.commit().await.unwrap();
    }
    events
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_event_is_skipped_whatever_the_order_of_commits() {
    for (place, bus) in [
        (Place::postgres().await, buses().into_iter().nth(1).unwrap()),
        (Place::sqlite(), embedded_bus()),
    ] {
        let transport = bus.open().await;
        let shop = place.outbox("shop").await;
        let mut running = Running::new(quick());
        running.relay(&shop, &transport);
        running.relay(&shop, &transport);

        // Begun before all others and committed after them.
        let straggler = if place.label() == "postgres" {
            let tx = shop.begin().await.unwrap();
            tx.publish(sold(1)).await.unwrap();
            Some(tx)
        } else {
            None
        };
        let start = Arc::new(Barrier::new(16));
        let mut writers = JoinSet::new();
        for writer in 1..=16 {
            writers.spawn(write(shop.clone(), writer, 40, Arc::clone(&start)));
        }
        let mut written = writers.join_all().await.into_iter().sum::<i64>();
        if let Some(tx) = straggler {
            tx.commit().await.unwrap();
            written += 1;
        }
        await_published(place.label(), &shop).await;
        assert_eq!(
            messages(&transport).await,
            u64::try_from(written).unwrap(),
            "{}",
            place.label()
        );
        running.stop().await;
    }
}

#[tokio::test]
async fn a_committed_event_leaves_at_once() {
    for place in places().await {
        let transport = embedded_bus().open().await;
        let shop = place.outbox("shop").await;
        let mut running = Running::new(quick());
        running.relay(&shop, &transport);
        publish(&shop, 0..1).await;
        await_published(place.label(), &shop).await;

        // The best of several: the machine may be busy.
        let mut best = Duration::MAX;
        for number in 1..10 {
            let start = Instant::now();
            publish(&shop, [number]).await;
            let wanted = u64::try_from(number).unwrap() + 1;
            eventually(DEADLINE, || async { messages(&transport).await == wanted }).await;
            best = best.min(start.elapsed());
        }
        assert!(
            best < Duration::from_millis(50),
            "{}: {best:?}",
            place.label()
        );
        running.stop().await;
    }
}

#[tokio::test]
async fn an_event_committed_by_another_process_leaves_soon() {
    for place in places().await {
        let transport = embedded_bus().open().await;
        let shop = place.outbox("shop").await;
        let other = place.outbox("shop").await;
        let mut running = Running::new(quick());
        running.relay(&shop, &transport);
        publish(&other, 0..1).await;
        let start = Instant::now();
        await_published(place.label(), &shop).await;
        assert!(start.elapsed() < Duration::from_secs(5));
        running.stop().await;
    }
}

#[tokio::test]
async fn what_a_killed_relay_was_at_is_published_by_the_next() {
    for (label, place, bus) in combinations().await {
        let transport = bus.open().await;
        let shop = place.outbox("shop").await;
        publish(&shop, 0..100).await;
        let faulty = Faulty::new(Arc::clone(&transport));
        faulty.gate.forget_permits(usize::MAX);
        let mut running = Running::new(quick());
        running.relay(&shop, &(Arc::clone(&faulty) as SharedTransport));
        eventually(DEADLINE, || async {
            faulty.published.load(Ordering::SeqCst) >= 100
        })
        .await;
        running.kill().await;
        let waiting = outbox::pending(shop.database()).await.unwrap();
        assert_eq!(waiting.len(), 100);

        let start = Instant::now();
        let mut running = Running::new(quick());
        running.relay(&shop, &transport);
        await_published(&label, &shop).await;
        assert!(start.elapsed() < Duration::from_secs(5));
        assert_eq!(messages(&transport).await, 100, "twice");
        running.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_relay_that_slept_through_a_loss_marks_nothing() {
    let place = Place::postgres().await;
    let [_, bus] = buses();
    let shop = place.outbox("shop").await;
    publish(&shop, 0..10).await;
    let faulty = Faulty::new(bus.open().await);
    faulty.gate.forget_permits(usize::MAX);
    let mut running = Running::new(Settings {
        relay_lease: Duration::from_mins(10),
        ..quick()
    });
    running.relay(&shop, &(Arc::clone(&faulty) as SharedTransport));
    eventually(DEADLINE, || async {
        faulty.published.load(Ordering::SeqCst) == 10
    })
    .await;

    // The messages are lost before their answers are heard. Another relay sets things right.
    bus.wipe();
    let transport = bus.open().await;
    running.relay(&place.outbox("shop").await, &transport);
    eventually(DEADLINE, || async {
        let state = transport.stream_state("tributary-shop").await;
        state.ok().flatten().ok_or("no stream")
    })
    .await;
    eventually(DEADLINE, || async { epoch(&shop).await == 2 }).await;
    faulty.gate.add_permits(1_000);
    await_published("late", &shop).await;
    assert_eq!(messages(&transport).await, 10);
    running.stop().await;
}

async fn epoch(shop: &Outbox) -> i64 {
    let reader = shop.database().reader();
    let sql = "select epoch from outbox_stream";
    let statement = Statement::from_string(reader.get_database_backend(), sql);
    let row = reader.query_one_raw(statement).await.unwrap().unwrap();
    row.try_get("", "epoch").unwrap()
}

#[tokio::test]
async fn a_broker_that_is_away_costs_nothing_but_time() {
    let place = Place::postgres().await;
    let [_, bus] = buses();
    let Bus::JetStream(server) = &bus else {
        panic!("the second is a server");
    };
    server.kill9();
    let shop = place.outbox("shop").await;
    // Connecting does not need the server.
    let transport = bus.open().await;
    let mut running = Running::new(quick());
    running.relay(&shop, &transport);
    publish(&shop, 0..50).await;
    assert!(transport.ping().await.is_err());
    server.restart();
    await_published("away at first", &shop).await;

    server.pause();
    publish(&shop, 50..100).await;
    assert_eq!(outbox::pending(shop.database()).await.unwrap().len(), 50);
    server.resume();
    await_published("paused", &shop).await;
    assert_eq!(messages(&transport).await, 100);
    running.stop().await;
}

#[tokio::test]
async fn many_events_leave_in_few_rounds() {
    let place = Place::sqlite();
    let transport = embedded_bus().open().await;
    let shop = place.outbox("shop").await;
    publish(&shop, 0..3_000).await;
    let start = Instant::now();
    let mut running = Running::new(quick());
    running.relay(&shop, &transport);
    await_published("many", &shop).await;
    assert!(start.elapsed() < Duration::from_secs(10));
    running.stop().await;
}

#[tokio::test]
async fn published_events_go_after_the_horizon_and_waiting_ones_stay() {
    for place in places().await {
        let transport = embedded_bus().open().await;
        let shop = place.outbox("shop").await;
        let mut running = Running::new(quick());
        running.relay(&shop, &transport);
        publish(&shop, 0..1_500).await;
        await_published(place.label(), &shop).await;
        running.stop().await;
        publish(&shop, 1_500..1_510).await;

        let (clock, hands) = Clock::manual(Clock::system().now());
        hands.advance(Settings::default().horizon + Duration::from_secs(1));
        let shutdown = CancellationToken::new();
        // Nothing more gets published.
        let faulty = Faulty::new(transport);
        faulty.refuse_messages.store(true, Ordering::SeqCst);
        let relay = tokio::spawn(Relay::run(
            shop.clone(),
            faulty,
            clock,
            quick(),
            shutdown.clone(),
        ));
        eventually(DEADLINE, || async {
            let held = outbox::retained(shop.database()).await.unwrap();
            held.len() == 10
        })
        .await;
        shutdown.cancel();
        relay.await.unwrap().unwrap();
    }
}

/// Tells of a rush until it is dropped; a machine that lets it sleep too long ends the rush.
struct Rush {
    over: CancellationToken,
    teller: std::thread::JoinHandle<Duration>,
}

impl Rush {
    fn begin(shop: &Outbox) -> Self {
        let (outbox, over) = (shop.clone(), CancellationToken::new());
        outbox.rush();
        let ended = over.clone();
        let teller = std::thread::spawn(move || {
            let (mut told, mut longest) = (Instant::now(), Duration::ZERO);
            while !ended.is_cancelled() {
                std::thread::park_timeout(Duration::from_millis(5));
                outbox.rush();
                longest = longest.max(told.elapsed());
                told = Instant::now();
            }
            longest
        });
        Self { over, teller }
    }

    /// The longest time in which nobody told of it.
    fn end(self) -> Duration {
        self.over.cancel();
        self.teller.join().unwrap()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_wait_while_callers_queue_but_not_for_ever() {
    const DELAY: Duration = Duration::from_millis(600);
    const UNBROKEN: Duration = Duration::from_millis(90);
    for place in places().await {
        let bus = embedded_bus();
        let transport = bus.open().await;
        let shop = place.outbox("shop").await;
        let mut running = Running::new(Settings {
            rush_delay: DELAY,
            ..quick()
        });
        running.relay(&shop, &transport);
        publish(&shop, 1..=1).await;
        await_published(place.label(), &shop).await;

        let mut waited = Vec::new();
        for attempt in 2..=6 {
            let rush = Rush::begin(&shop);
            let begun = Instant::now();
            publish(&shop, attempt..=attempt).await;
            // The rush goes on all the time: without an end to its patience the relay would never publish.
            await_published(place.label(), &shop).await;
            let took = begun.elapsed();
            if rush.end() < UNBROKEN {
                waited.push(took);
                break;
            }
        }
        let waited = waited
            .first()
            .expect("a machine that keeps up a rush once in five");
        assert!(*waited >= DELAY / 2, "{}: {waited:?}", place.label());
        running.stop().await;
    }
}
