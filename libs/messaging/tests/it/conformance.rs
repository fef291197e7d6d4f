//! What JetStream does is the specification; the embedded bus has to do the same.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};

use bytes::Bytes;
use messaging::{
    SharedTransport,
    transport::{Ack, ConsumerSpec, Delivery, Error, Message, StreamSpec},
};
use testkit::eventually;

use crate::fixture::{DEADLINE, buses, durable, shop_stream};

const WAIT: Duration = Duration::from_secs(5);

fn message(id: impl ToString, subject: &str) -> Message {
    Message {
        id: id.to_string(),
        subject: format!("tributary.shop.v1.{subject}"),
        headers: BTreeMap::from([("revision".to_owned(), "7".to_owned())]),
        payload: Bytes::from(format!("payload of {}", id.to_string())),
    }
}

async fn publish(bus: &SharedTransport, messages: Vec<Message>) -> Vec<Ack> {
    let acks = bus.publish("tributary-shop", messages).await;
    acks.into_iter().map(Result::unwrap).collect()
}

async fn numbered(bus: &SharedTransport, numbers: std::ops::Range<u64>) {
    publish(bus, numbers.map(|n| message(n, "Sold")).collect()).await;
}

/// Fetches until `count` messages have come.
async fn take(bus: &SharedTransport, spec: &ConsumerSpec, count: usize) -> Vec<Delivery> {
    let mut taken = Vec::new();
    let end = Instant::now() + DEADLINE;
    while taken.len() < count {
        assert!(Instant::now() < end, "{} of {count} messages", taken.len());
        let left = count - taken.len();
        taken.extend(bus.fetch(&spec.durable, left, WAIT).await.unwrap());
    }
    taken
}

async fn nothing(bus: &SharedTransport, spec: &ConsumerSpec) {
    let found = bus.fetch(&spec.durable, 10, Duration::ZERO).await.unwrap();
    assert!(found.is_empty(), "{found:?}");
}

fn ids(deliveries: &[Delivery]) -> Vec<&str> {
    deliveries.iter().map(|it| it.message.id.as_str()).collect()
}

async fn ack(bus: &SharedTransport, deliveries: &[Delivery]) {
    let all: Vec<&Delivery> = deliveries.iter().collect();
    bus.ack(&all).await.unwrap();
}

#[tokio::test]
async fn messages_are_numbered_and_come_back_as_they_were() {
    for bus in buses() {
        let bus = bus.open().await;
        let empty = bus.ensure_stream(&shop_stream()).await.unwrap();
        assert_eq!(empty.last_sequence, 0);
        let acks = publish(&bus, vec![message("a", "Sold"), message("b", "Returned")]).await;
        assert_eq!(
            acks.iter().map(|it| it.sequence).collect::<Vec<_>>(),
            [1, 2]
        );
        assert!(acks.iter().all(|ack| !ack.duplicate));

        let state = bus.stream_state("tributary-shop").await.unwrap().unwrap();
        assert_eq!((state.first_sequence, state.last_sequence), (1, 2));
        assert_eq!(state.created_at, empty.created_at);

        let spec = durable("all");
        bus.ensure_consumer(&spec).await.unwrap();
        let taken = take(&bus, &spec, 2).await;
        assert_eq!(taken[0].message, message("a", "Sold"));
        assert_eq!(taken[1].message, message("b", "Returned"));
        assert_eq!((taken[1].sequence, taken[1].attempt), (2, 1));
        bus.ping().await.unwrap();
    }
}

#[tokio::test]
async fn a_repeated_id_is_dropped_within_the_window_and_taken_after_it() {
    for bus in buses() {
        let bus = bus.open().await;
        let spec = StreamSpec {
            duplicate_window: Duration::from_millis(500),
            ..shop_stream()
        };
        bus.ensure_stream(&spec).await.unwrap();
        let first = publish(&bus, vec![message("a", "Sold"), message("a", "Sold")]).await;
        assert_eq!((first[0].sequence, first[0].duplicate), (1, false));
        assert_eq!((first[1].sequence, first[1].duplicate), (1, true));
        let again = publish(&bus, vec![message("a", "Sold"), message("b", "Sold")]).await;
        assert!(again[0].duplicate);
        assert_eq!((again[1].sequence, again[1].duplicate), (2, false));

        eventually(DEADLINE, || async {
            let late = publish(&bus, vec![message("a", "Sold")]).await;
            !late[0].duplicate
        })
        .await;
    }
}

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
        bus.nak(&[(&late[0], Duration::from_secs(60))])
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
async fn a_restart_keeps_messages_and_acknowledgements() {
    for bus in buses() {
        let before = bus.open().await;
        let created = before.ensure_stream(&shop_stream()).await.unwrap();
        let spec = ConsumerSpec {
            ack_wait: Duration::from_millis(500),
            ..durable("lasting")
        };
        before.ensure_consumer(&spec).await.unwrap();
        numbered(&before, 0..10).await;
        let taken = take(&before, &spec, 6).await;
        ack(&before, &taken[..4]).await;
        before.ping().await.unwrap();

        bus.restart();
        let after = bus.open().await;
        let state = after.stream_state("tributary-shop").await.unwrap().unwrap();
        assert_eq!(state.last_sequence, 10);
        assert_eq!(state.created_at, created.created_at);
        let taken = take(&after, &spec, 6).await;
        let sequences: BTreeSet<u64> = taken.iter().map(|delivery| delivery.sequence).collect();
        assert_eq!(sequences, (5..=10).collect());
        let again = publish(&after, vec![message(3, "Sold"), message(10, "Sold")]).await;
        assert!(again[0].duplicate, "the ids are forgotten");
        assert_eq!(again[1].sequence, 11);
    }
}

#[tokio::test]
async fn what_is_not_there_is_missing() {
    for bus in buses() {
        let bus = bus.open().await;
        assert_eq!(bus.stream_state("tributary-shop").await.unwrap(), None);
        let acks = bus
            .publish("tributary-shop", vec![message(1, "Sold")])
            .await;
        assert!(matches!(acks[..], [Err(Error::Missing(_))]), "{acks:?}");
        let spec = durable("lost");
        let made = bus.ensure_consumer(&spec).await;
        assert!(matches!(made, Err(Error::Missing(_))), "{made:?}");

        bus.ensure_stream(&shop_stream()).await.unwrap();
        let fetched = bus.fetch(&spec.durable, 1, Duration::ZERO).await;
        assert!(matches!(fetched, Err(Error::Missing(_))), "{fetched:?}");
        let backlog = bus.backlog(&spec.durable).await;
        assert!(matches!(backlog, Err(Error::Missing(_))), "{backlog:?}");
        let mut elsewhere = message(1, "Sold");
        elsewhere.subject = "tributary.bank.v1.Paid".to_owned();
        let acks = bus.publish("tributary-shop", vec![elsewhere]).await;
        assert!(matches!(acks[..], [Err(Error::Missing(_))]), "{acks:?}");
    }
}

#[tokio::test]
async fn names_with_dots_are_refused() {
    for bus in buses() {
        let bus = bus.open().await;
        let spec = StreamSpec {
            name: "tributary.shop".to_owned(),
            ..shop_stream()
        };
        let stream = bus.ensure_stream(&spec).await;
        assert!(matches!(stream, Err(Error::Refused(_))), "{stream:?}");
        bus.ensure_stream(&shop_stream()).await.unwrap();
        let consumer = bus.ensure_consumer(&durable("a.b")).await;
        assert!(matches!(consumer, Err(Error::Refused(_))), "{consumer:?}");
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

#[tokio::test]
async fn a_message_that_is_too_large_does_not_stop_the_others() {
    for bus in buses() {
        let bus = bus.open().await;
        bus.ensure_stream(&shop_stream()).await.unwrap();
        let mut large = message("large", "Sold");
        large.payload = Bytes::from(vec![0; 1_100_000]);
        let messages = vec![message("a", "Sold"), large, message("b", "Sold")];
        let acks = bus.publish("tributary-shop", messages).await;
        assert!(acks[0].is_ok() && acks[2].is_ok(), "{acks:?}");
        assert!(matches!(acks[1], Err(Error::Refused(_))), "{acks:?}");
    }
}

#[tokio::test]
async fn settings_can_be_changed_later() {
    for bus in buses() {
        let bus = bus.open().await;
        bus.ensure_stream(&shop_stream()).await.unwrap();
        numbered(&bus, 0..2).await;
        let mut stream = shop_stream();
        stream.max_age *= 2;
        let state = bus.ensure_stream(&stream).await.unwrap();
        assert_eq!(state.last_sequence, 2);

        let mut spec = durable("growing");
        spec.filters = vec!["tributary.shop.v1.Sold".to_owned()];
        bus.ensure_consumer(&spec).await.unwrap();
        ack(&bus, &take(&bus, &spec, 2).await).await;
        spec.filters.push("tributary.shop.v1.Returned".to_owned());
        spec.ack_wait *= 2;
        bus.ensure_consumer(&spec).await.unwrap();
        publish(&bus, vec![message("late", "Returned")]).await;
        assert_eq!(ids(&take(&bus, &spec, 1).await), ["late"]);
    }
}

#[tokio::test]
async fn a_name_is_not_enough_to_be_the_same_stream() {
    for bus in buses() {
        let before = bus.open().await;
        let first = before.ensure_stream(&shop_stream()).await.unwrap();
        numbered(&before, 0..3).await;
        drop(before);
        bus.wipe();
        let after = bus.open().await;
        let second = after.ensure_stream(&shop_stream()).await.unwrap();
        assert_ne!(first.created_at, second.created_at);
        assert_eq!(second.last_sequence, 0);
    }
}
