//! Durables and what they deliver.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use messaging::transport::ConsumerSpec;
use testkit::eventually;

use crate::{
    conformance::{WAIT, ack, ids, message, nothing, numbered, publish, take},
    fixture::{DEADLINE, buses, durable, shop_stream},
};

#[tokio::test]
async fn durables_get_what_their_filters_let_through() {
    for bus in buses() {
        let bus = bus.open().await;
        bus.ensure_stream(&shop_stream()).await.unwrap();
        let subjects = ["Sold", "Returned", "card.Paid", "card.Refused", "cash.Paid"];
        let all = subjects.map(|subject| message(subject, subject));
        publish(&bus, all.to_vec()).await;
        for (name, filters, wanted) in [
            ("all", vec![], subjects.to_vec()),
            ("one", vec!["Sold"], vec!["Sold"]),
            ("two", vec!["Sold", "card.Paid"], vec!["Sold", "card.Paid"]),
            ("star", vec!["*"], vec!["Sold", "Returned"]),
            ("middle", vec!["*.Paid"], vec!["card.Paid", "cash.Paid"]),
            ("rest", vec!["card.>"], vec!["card.Paid", "card.Refused"]),
        ] {
            let spec = ConsumerSpec {
                filters: filters
                    .iter()
                    .map(|filter| format!("tributary.shop.v1.{filter}"))
                    .collect(),
                ..durable(name)
            };
            bus.ensure_consumer(&spec).await.unwrap();
            let backlog = bus.backlog(&spec.durable).await.unwrap();
            assert_eq!(backlog.pending, wanted.len() as u64, "{name}");
            let taken = take(&bus, &spec, wanted.len()).await;
            assert_eq!(ids(&taken), wanted, "{name}");
            nothing(&bus, &spec).await;
        }
    }
}

#[tokio::test]
async fn each_durable_replays_from_the_first_message() {
    for bus in buses() {
        let bus = bus.open().await;
        bus.ensure_stream(&shop_stream()).await.unwrap();
        numbered(&bus, 0..50).await;
        for name in ["first", "second"] {
            let spec = durable(name);
            bus.ensure_consumer(&spec).await.unwrap();
            let taken = take(&bus, &spec, 50).await;
            assert!(taken.iter().map(|it| it.sequence).eq(1..=50), "{name}");
            ack(&bus, &taken).await;
        }
        // Having read all, it reads on and not again.
        numbered(&bus, 50..51).await;
        let spec = durable("second");
        bus.ensure_consumer(&spec).await.unwrap();
        assert_eq!(ids(&take(&bus, &spec, 1).await), ["50"]);
    }
}

#[tokio::test]
async fn competing_workers_share_the_messages() {
    for bus in buses() {
        let bus = bus.open().await;
        bus.ensure_stream(&shop_stream()).await.unwrap();
        let spec = durable("shared");
        bus.ensure_consumer(&spec).await.unwrap();
        numbered(&bus, 0..1_000).await;
        let worker = || async {
            let mut taken = Vec::new();
            loop {
                let some = bus.fetch(&spec.durable, 17, Duration::from_millis(300));
                let some = some.await.unwrap();
                if some.is_empty() {
                    return taken;
                }
                ack(&bus, &some).await;
                taken.extend(some.iter().map(|delivery| delivery.sequence));
            }
        };
        let (one, two, three) = tokio::join!(worker(), worker(), worker());
        assert!(!one.is_empty() && !two.is_empty() && !three.is_empty());
        let all: Vec<u64> = [one, two, three].concat();
        assert_eq!(all.len(), 1_000);
        assert_eq!(all.into_iter().collect::<BTreeSet<_>>().len(), 1_000);
    }
}

#[tokio::test]
async fn what_is_not_acknowledged_in_time_comes_again() {
    for bus in buses() {
        let bus = bus.open().await;
        bus.ensure_stream(&shop_stream()).await.unwrap();
        let spec = ConsumerSpec {
            ack_wait: Duration::from_millis(400),
            ..durable("slow")
        };
        bus.ensure_consumer(&spec).await.unwrap();
        numbered(&bus, 0..3).await;
        let taken = take(&bus, &spec, 3).await;
        ack(&bus, &taken[1..2]).await;
        nothing(&bus, &spec).await;

        let again = take(&bus, &spec, 2).await;
        assert_eq!(ids(&again), ["0", "2"]);
        assert!(again.iter().all(|delivery| delivery.attempt == 2));
        ack(&bus, &again).await;
        let backlog = || async { bus.backlog(&spec.durable).await.unwrap() };
        eventually(DEADLINE, || async { backlog().await.in_flight == 0 }).await;
    }
}

#[tokio::test]
async fn a_refused_delivery_comes_again_after_its_delay() {
    for bus in buses() {
        let bus = bus.open().await;
        bus.ensure_stream(&shop_stream()).await.unwrap();
        let spec = durable("nak");
        bus.ensure_consumer(&spec).await.unwrap();
        numbered(&bus, 0..2).await;
        let taken = take(&bus, &spec, 2).await;
        let start = Instant::now();
        let delays = [
            (&taken[0], Duration::from_millis(600)),
            (&taken[1], Duration::from_millis(1)),
        ];
        bus.nak(&delays).await.unwrap();

        let soon = take(&bus, &spec, 1).await;
        assert_eq!((soon[0].sequence, soon[0].attempt), (2, 2));
        let early = start.elapsed();
        let late = take(&bus, &spec, 1).await;
        assert_eq!((late[0].sequence, late[0].attempt), (1, 2));
        assert!(start.elapsed() >= Duration::from_millis(600), "too early");
        assert!(
            early < Duration::from_millis(600),
            "one delay held up another"
        );
        // A new message does not wait for an old one's delay.
        bus.nak(&[(&late[0], Duration::from_mins(1))])
            .await
            .unwrap();
        numbered(&bus, 2..3).await;
        assert_eq!(ids(&take(&bus, &spec, 1).await), ["2"]);
    }
}

#[tokio::test]
async fn progress_starts_the_wait_anew() {
    for bus in buses() {
        let bus = bus.open().await;
        bus.ensure_stream(&shop_stream()).await.unwrap();
        let spec = ConsumerSpec {
            ack_wait: Duration::from_secs(1),
            ..durable("busy")
        };
        bus.ensure_consumer(&spec).await.unwrap();
        numbered(&bus, 0..2).await;
        let taken = take(&bus, &spec, 2).await;
        let start = Instant::now();
        let mut ticks = tokio::time::interval(Duration::from_millis(200));
        while start.elapsed() < Duration::from_millis(1_800) {
            ticks.tick().await;
            bus.progress(&[&taken[0]]).await.unwrap();
        }
        let again = take(&bus, &spec, 1).await;
        assert_eq!(again[0].sequence, 2, "the other one was renewed");
    }
}

#[tokio::test]
async fn a_waiting_fetch_is_woken_by_a_message() {
    for bus in buses() {
        let bus = bus.open().await;
        bus.ensure_stream(&shop_stream()).await.unwrap();
        let spec = durable("idle");
        bus.ensure_consumer(&spec).await.unwrap();
        let start = Instant::now();
        let none = bus.fetch(&spec.durable, 5, Duration::from_millis(200));
        assert!(none.await.unwrap().is_empty());
        assert!(start.elapsed() >= Duration::from_millis(200));

        let start = Instant::now();
        let wait = bus.fetch(&spec.durable, 5, Duration::from_secs(20));
        let (fetched, ()) = tokio::join!(wait, numbered(&bus, 0..1));
        assert_eq!(ids(&fetched.unwrap()), ["0"]);
        assert!(start.elapsed() < Duration::from_secs(5));
    }
}

#[tokio::test]
async fn no_more_is_out_than_may_be() {
    for bus in buses() {
        let bus = bus.open().await;
        bus.ensure_stream(&shop_stream()).await.unwrap();
        let spec = ConsumerSpec {
            max_in_flight: 3,
            ..durable("few")
        };
        bus.ensure_consumer(&spec).await.unwrap();
        numbered(&bus, 0..5).await;
        let taken = bus.fetch(&spec.durable, 10, WAIT).await.unwrap();
        assert_eq!(ids(&taken), ["0", "1", "2"]);
        let more = bus.fetch(&spec.durable, 10, Duration::from_millis(100));
        assert!(more.await.unwrap().is_empty());
        let backlog = bus.backlog(&spec.durable).await.unwrap();
        assert_eq!((backlog.pending, backlog.in_flight), (2, 3));
        ack(&bus, &taken[..1]).await;
        assert_eq!(ids(&take(&bus, &spec, 1).await), ["3"]);
    }
}
