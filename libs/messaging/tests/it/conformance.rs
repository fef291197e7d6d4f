//! What JetStream does is the specification; the embedded bus has to do the same.

mod durables;
mod streams;

use std::{
    collections::BTreeMap,
    fmt::Display,
    time::{Duration, Instant},
};

use bytes::Bytes;
use messaging::{
    SharedTransport,
    transport::{Ack, ConsumerSpec, Delivery, Message},
};

use crate::fixture::DEADLINE;

pub(super) const WAIT: Duration = Duration::from_secs(5);

pub(super) fn message(id: impl Display, subject: &str) -> Message {
    Message {
        id: id.to_string(),
        subject: format!("tributary.shop.v1.{subject}"),
        headers: BTreeMap::from([("revision".to_owned(), "7".to_owned())]),
        payload: Bytes::from(format!("payload of {id}")),
    }
}

pub(super) async fn publish(bus: &SharedTransport, messages: Vec<Message>) -> Vec<Ack> {
    let acks = bus.publish("tributary-shop", messages).await;
    acks.into_iter().map(Result::unwrap).collect()
}

pub(super) async fn numbered(bus: &SharedTransport, numbers: std::ops::Range<u64>) {
    publish(bus, numbers.map(|n| message(n, "Sold")).collect()).await;
}

/// Fetches until `count` messages have come.
pub(super) async fn take(
    bus: &SharedTransport,
    spec: &ConsumerSpec,
    count: usize,
) -> Vec<Delivery> {
    let mut taken = Vec::new();
    let end = Instant::now() + DEADLINE;
    while taken.len() < count {
        assert!(Instant::now() < end, "{} of {count} messages", taken.len());
        let left = count - taken.len();
        taken.extend(bus.fetch(&spec.durable, left, WAIT).await.unwrap());
    }
    taken
}

pub(super) async fn nothing(bus: &SharedTransport, spec: &ConsumerSpec) {
    let found = bus.fetch(&spec.durable, 10, Duration::ZERO).await.unwrap();
    assert!(found.is_empty(), "{found:?}");
}

pub(super) fn ids(deliveries: &[Delivery]) -> Vec<&str> {
    deliveries.iter().map(|it| it.message.id.as_str()).collect()
}

pub(super) async fn ack(bus: &SharedTransport, deliveries: &[Delivery]) {
    let all: Vec<&Delivery> = deliveries.iter().collect();
    bus.ack(&all).await.unwrap();
}
