//! What cannot be handled is put aside, stops nobody, and can be taken up again.

use std::{collections::BTreeMap, sync::Arc};

use bytes::Bytes;
use messaging::{
    Handler, Outbox, SharedTransport, Subscription,
    parked::{self, Parked, Which},
    transport::Message,
};
use testkit::eventually;
use uuid::Uuid;

use crate::fixture::{
    DEADLINE, Place, Recorder, Returned, Running, buses, combinations, effects, ledger, places,
    publish, quick, shop_stream,
};

async fn await_parked(outbox: &Outbox, count: usize) -> Vec<Parked> {
    eventually(DEADLINE, || async {
        let parked = parked::list(outbox.database(), None, 500).await.unwrap();
        if parked.len() == count {
            Ok(parked)
        } else {
            Err(format!("{} of {count} are parked", parked.len()))
        }
    })
    .await
}

#[tokio::test]
async fn poison_is_parked_and_the_others_go_on() {
    for (label, place, bus) in combinations().await {
        let transport = bus.open().await;
        let shop = place.outbox("shop").await;
        let books = place.outbox("ledger").await;
        let recorder = Recorder::new();
        recorder.retry.lock().unwrap().extend([10, 20]);
        recorder.refuse.lock().unwrap().extend([30]);
        recorder.panic.lock().unwrap().extend([40]);
        let poison = [10, 20, 30, 40];
        let mut running = Running::new(quick());
        running.relay(&shop, &transport);
        running.consumer(ledger(&recorder), &books, &transport);
        publish(&shop, 0..100).await;

        let parked = await_parked(&books, 4).await;
        let good = (0..100).filter(|number| !poison.contains(number));
        let good: BTreeMap<i64, i64> = good.map(|number| (number, 1)).collect();
        eventually(DEADLINE, || async {
            effects(books.database()).await == good
        })
        .await;
        let found: Vec<(&str, u32)> = parked
            .iter()
            .map(|one| (one.reason.as_str(), one.attempts))
            .collect();
        // Two delays make three attempts; a refusal is final.
        let late = ("SHELF_EMPTY", 3);
        let wanted = [late, late, ("NOT_FOR_SALE", 1), ("PANICKED", 3)];
        assert_eq!(found, wanted, "{label}");
        assert_eq!(
            parked[0].error,
            "event cannot be handled yet: SHELF_EMPTY: delivery is late"
        );
        assert_eq!(parked[0].consumer, "ledger-shop");
        assert_eq!(parked[0].kind, "tributary.shop.v1.Sold");

        recorder.retry.lock().unwrap().clear();
        recorder.refuse.lock().unwrap().clear();
        recorder.panic.lock().unwrap().clear();
        // Another process asks for it.
        let console = place.outbox("ledger").await;
        let asked = parked::retry(console.database(), Which::All).await.unwrap();
        assert_eq!(asked, 4);
        await_parked(&books, 0).await;
        let all: BTreeMap<i64, i64> = (0..100).map(|number| (number, 1)).collect();
        assert_eq!(effects(books.database()).await, all);
        running.stop().await;
    }
}

#[tokio::test]
async fn what_fails_again_stays_parked() {
    for place in places().await {
        let transport = crate::fixture::embedded_bus().open().await;
        let shop = place.outbox("shop").await;
        let books = place.outbox("ledger").await;
        let recorder = Recorder::new();
        recorder.refuse.lock().unwrap().extend([0, 1]);
        let mut running = Running::new(quick());
        running.relay(&shop, &transport);
        running.consumer(ledger(&recorder), &books, &transport);
        publish(&shop, 0..2).await;
        let before = await_parked(&books, 2).await;

        recorder.refuse.lock().unwrap().clear();
        recorder.retry.lock().unwrap().insert(0);
        for one in &before {
            let which = Which::Event(one.event_id);
            assert_eq!(parked::retry(books.database(), which).await.unwrap(), 1);
        }
        let parked = eventually(DEADLINE, || async {
            let parked = parked::list(books.database(), None, 10).await.unwrap();
            (parked.len() == 1 && parked[0].attempts == 2).then_some(parked)
        })
        .await;
        assert_eq!(parked[0].event_id, before[0].event_id);
        assert_eq!(parked[0].reason, "SHELF_EMPTY");
        assert!(!parked[0].retrying);
        let shown = parked::show(books.database(), before[0].event_id).await;
        assert_eq!(shown.unwrap(), parked);
        assert_eq!(effects(books.database()).await, BTreeMap::from([(1, 1)]));
        running.stop().await;
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_parked() {
    for bus in buses() {
        let place = Place::sqlite();
        let transport = bus.open().await;
        let books = place.outbox("ledger").await;
        transport.ensure_stream(&shop_stream()).await.unwrap();
        publish_raw(&transport, odd_messages()).await;
        let mut running = Running::new(quick());
        running.consumer(ledger(&Recorder::new()), &books, &transport);
        let parked = await_parked(&books, 3).await;
        let mut reasons: Vec<&str> = parked.iter().map(|one| one.reason.as_str()).collect();
        reasons.sort_unstable();
        let wanted = ["UNDECODABLE", "UNREADABLE_HEADERS", "UNREADABLE_HEADERS"];
        assert_eq!(reasons, wanted, "{}", bus.label());
        assert!(effects(books.database()).await.is_empty());
        running.stop().await;
    }
}

async fn publish_raw(transport: &SharedTransport, messages: Vec<Message>) {
    for ack in transport.publish("tributary-shop", messages).await {
        ack.unwrap();
    }
}

fn odd_messages() -> Vec<Message> {
    let id = Uuid::from_u128(1);
    let headers = [
        ("ce-id", id.to_string()),
        ("ce-type", "tributary.shop.v1.Sold".to_owned()),
        ("ce-subject", "sale_1".to_owned()),
        ("ce-time", "2026-08-01T12:00:00Z".to_owned()),
        ("ce-revision", "1".to_owned()),
    ];
    let broken = Message {
        id: id.to_string(),
        subject: "tributary.shop.v1.Sold".to_owned(),
        headers: headers.map(|(name, value)| (name.to_owned(), value)).into(),
        payload: Bytes::from_static(b"\xff\xff\xff"),
    };
    let mut bare = broken.clone();
    "not a uuid".clone_into(&mut bare.id);
    bare.headers = BTreeMap::new();
    let mut disguised = broken.clone();
    disguised.id = Uuid::from_u128(2).to_string();
    let other = "tributary.shop.v1.Returned".to_owned();
    disguised.headers.insert("ce-type".to_owned(), other);
    vec![broken, bare, disguised]
}

#[tokio::test]
async fn an_event_nobody_handles_any_more_is_parked() {
    struct Gone;
    impl Handler<Returned> for Gone {
        fn handle<'a>(
            &'a self,
            _: &'a messaging::Tx,
            _: &'a messaging::Received<Returned>,
        ) -> futures::future::BoxFuture<'a, Result<(), messaging::HandlerError>> {
            panic!("never called");
        }
    }
    for bus in buses() {
        let place = Place::sqlite();
        let transport = bus.open().await;
        let shop = place.outbox("shop").await;
        let books = place.outbox("ledger").await;
        transport.ensure_stream(&shop_stream()).await.unwrap();
        publish(&shop, 0..1).await;
        let mut running = Running::new(quick());
        running.relay(&shop, &transport);
        // Delivered under the old filter and not settled.
        let recorder = Recorder::new();
        recorder.gate.forget_permits(usize::MAX);
        let mut old = Running::new(quick());
        old.consumer(ledger(&recorder), &books, &transport);
        eventually(DEADLINE, || async { recorder.calls() == 1 }).await;
        old.stop().await;

        let changed = Subscription::new("ledger", "shop").on::<Returned>(Arc::new(Gone));
        running.consumer(changed, &books, &transport);
        let parked = await_parked(&books, 1).await;
        assert_eq!(parked[0].reason, "UNKNOWN_TYPE", "{}", bus.label());
        running.stop().await;
    }
}

#[tokio::test]
async fn the_list_has_pages() {
    let place = Place::sqlite();
    let transport = crate::fixture::embedded_bus().open().await;
    let shop = place.outbox("shop").await;
    let books = place.outbox("ledger").await;
    let recorder = Recorder::new();
    recorder.refuse.lock().unwrap().extend(0..5);
    let mut running = Running::new(quick());
    running.relay(&shop, &transport);
    running.consumer(ledger(&recorder), &books, &transport);
    publish(&shop, 0..5).await;
    let all = await_parked(&books, 5).await;
    let first = parked::list(books.database(), None, 3).await.unwrap();
    let last = Some(first[2].event_id);
    let second = parked::list(books.database(), last, 3).await.unwrap();
    assert_eq!([first, second].concat(), all);
    running.stop().await;
}
