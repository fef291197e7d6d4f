//! Streams and what is published to them.

use std::{collections::BTreeSet, time::Duration};

use bytes::Bytes;
use messaging::transport::{ConsumerSpec, Error, StreamSpec};
use testkit::eventually;

use crate::{
    conformance::{ack, ids, message, numbered, publish, take},
    fixture::{DEADLINE, buses, durable, shop_stream},
};

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
async fn messages_go_when_they_are_too_old() {
    for bus in buses() {
        let bus = bus.open().await;
        let spec = StreamSpec {
            max_age: Duration::from_millis(500),
            duplicate_window: Duration::from_millis(200),
            ..shop_stream()
        };
        bus.ensure_stream(&spec).await.unwrap();
        numbered(&bus, 0..3).await;
        let spec = durable("present");
        bus.ensure_consumer(&spec).await.unwrap();
        take(&bus, &spec, 3).await;
        let mut attempt = 0;
        eventually(DEADLINE, || {
            attempt += 1;
            let spec = durable(&format!("late-{attempt}"));
            let bus = &bus;
            async move {
                bus.ensure_consumer(&spec).await.unwrap();
                let found = bus.fetch(&spec.durable, 5, Duration::ZERO).await;
                found.unwrap().is_empty()
            }
        })
        .await;
        // Their numbers are not given again.
        let acks = publish(&bus, vec![message("new", "Sold")]).await;
        assert_eq!(acks[0].sequence, 4);
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
