//! An event is a row of the change it tells of.

use clock::Clock;
use messaging::{Delivered, Event, RawEvent, outbox};

use crate::fixture::{Recorder, Returned, Sold, effects, ledger, places, publish, sold};

#[tokio::test]
async fn events_wait_in_the_order_of_their_making() {
    for place in places().await {
        let shop = place.outbox("shop").await;
        // More than fit into one statement.
        publish(&shop, 0..150).await;
        let waiting = outbox::pending(shop.database()).await.unwrap();
        let numbers: Vec<i64> = waiting
            .iter()
            .map(|event| event.decode::<Sold>().unwrap().message.number)
            .collect();
        assert_eq!(numbers, (0..150).collect::<Vec<_>>(), "{}", place.label());
    }
}

#[tokio::test]
async fn an_event_is_stored_as_it_was_made() {
    for place in places().await {
        let shop = place.outbox("shop").await;
        let event = sold(7);
        let tx = shop.begin().await.unwrap();
        tx.publish(event.clone()).await.unwrap();
        tx.commit().await.unwrap();
        let waiting = outbox::pending(shop.database()).await.unwrap();
        assert_eq!(waiting, [RawEvent::from(event)], "{}", place.label());
        let received = waiting[0].decode::<Sold>().unwrap();
        assert_eq!(received.aggregate_id, "sale_7");
        assert_eq!((received.revision, received.message.number), (1, 7));
        assert!(waiting[0].decode::<Returned>().is_err(), "another type");
    }
}

#[tokio::test]
async fn an_event_of_a_change_that_was_undone_never_was() {
    for place in places().await {
        let shop = place.outbox("shop").await;
        let tx = shop.begin().await.unwrap();
        tx.publish(sold(1)).await.unwrap();
        tx.rollback().await.unwrap();
        let tx = shop.begin().await.unwrap();
        tx.publish(sold(2)).await.unwrap();
        drop(tx);
        assert_eq!(outbox::pending(shop.database()).await.unwrap(), []);
    }
}

#[tokio::test]
async fn a_delivery_by_hand_acts_once_in_any_order() {
    for place in places().await {
        let books = place.outbox("ledger").await;
        let subscription = ledger(&Recorder::new());
        let events: Vec<RawEvent> = (0..5).map(|number| sold(number).into()).collect();
        for event in events.iter().rev() {
            let delivered = subscription.deliver(&books, event).await.unwrap();
            assert_eq!(delivered, Delivered::Handled);
        }
        for event in &events {
            let delivered = subscription.deliver(&books, event).await.unwrap();
            assert_eq!(delivered, Delivered::Repeated);
        }
        let found = effects(books.database()).await;
        assert_eq!(found, (0..5).map(|number| (number, 1)).collect());
    }
}

#[tokio::test]
async fn a_delivery_by_hand_that_fails_leaves_nothing_behind() {
    for place in places().await {
        let books = place.outbox("ledger").await;
        let recorder = Recorder::new();
        recorder.refuse.lock().unwrap().insert(1);
        recorder.panic.lock().unwrap().insert(2);
        let subscription = ledger(&recorder);
        let unknown = Event::new(&Returned { number: 3 }, "sale_3", 1, Clock::system().now());
        for (event, reason) in [
            (sold(1), "NOT_FOR_SALE"),
            (sold(2), "PANICKED"),
            (unknown, "UNKNOWN_TYPE"),
        ] {
            let event = RawEvent::from(event);
            let error = subscription.deliver(&books, &event).await.unwrap_err();
            assert_eq!(error.reason(), reason);
        }
        assert!(effects(books.database()).await.is_empty());

        recorder.refuse.lock().unwrap().clear();
        let event = RawEvent::from(sold(1));
        let delivered = subscription.deliver(&books, &event).await.unwrap();
        assert_eq!(delivered, Delivered::Handled);
    }
}
