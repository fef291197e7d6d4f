//! What was erased is not brought back: not by a late event, and not by one that was parked.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
};

use clock::Clock;
use futures::future::BoxFuture;
use ids::EventId;
use messaging::{
    Event, Handler, HandlerError, Outbox, RawEvent, Received, Subscription, Tx, erased, parked,
};
use prost::{Message as _, Name};
use testkit::eventually;
use uuid::Uuid;

use crate::fixture::{DEADLINE, Running, combinations, places, quick};

const PERSONAL: &[erased::Personal] = &[("tributary.shop.v1.Ordered", &[1], &[&[2]])];

#[derive(Clone, PartialEq, prost::Message)]
struct Ordered {
    #[prost(string, tag = "1")]
    client_id: String,
    #[prost(string, tag = "2")]
    name: String,
    #[prost(int64, tag = "3")]
    amount: i64,
}

impl Name for Ordered {
    const NAME: &'static str = "Ordered";
    const PACKAGE: &'static str = "tributary.shop.v1";
}

/// Writes down the names that it hears, and refuses amounts below zero.
#[derive(Default)]
struct Clerk(Mutex<Vec<(String, i64)>>);

impl Handler<Ordered> for Clerk {
    fn handle<'a>(
        &'a self,
        _tx: &'a Tx,
        event: &'a Received<Ordered>,
    ) -> BoxFuture<'a, Result<(), HandlerError>> {
        Box::pin(async move {
            if event.message.amount < 0 {
                return Err(HandlerError::refuse("BELOW_ZERO"));
            }
            let heard = (event.message.name.clone(), event.message.amount);
            self.0.lock().unwrap().push(heard);
            Ok(())
        })
    }
}

fn ordered(client: Uuid, amount: i64) -> Event {
    let message = Ordered {
        client_id: format!("clnt_{}", client.simple()),
        name: "Anna".to_owned(),
        amount,
    };
    Event::new(&message, client, 1, Clock::system().now())
}

async fn erase(outbox: &Outbox, client: Uuid) {
    let tx = outbox.begin().await.unwrap();
    let now = Clock::system().now();
    let ids = BTreeSet::from([client]);
    erased::mark(&*tx, PERSONAL, &ids, now).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn an_event_that_comes_late_comes_without_its_words() {
    for place in places().await {
        let books = place.outbox("ledger").await;
        let clerk = Arc::new(Clerk::default());
        let listening = Subscription::new("ledger", "shop")
            .on::<Ordered>(clerk.clone())
            .screened(PERSONAL);
        let (gone, other) = (EventId::generate().uuid(), EventId::generate().uuid());
        let events: Vec<RawEvent> = [ordered(gone, 1), ordered(gone, 2), ordered(other, 3)]
            .map(RawEvent::from)
            .into();
        listening.deliver(&books, &events[0]).await.unwrap();
        erase(&books, gone).await;
        erase(&books, gone).await;
        listening.deliver(&books, &events[1]).await.unwrap();
        listening.deliver(&books, &events[2]).await.unwrap();
        let anna = || "Anna".to_owned();
        let heard = [(anna(), 1), (String::new(), 2), (anna(), 3)];
        assert_eq!(*clerk.0.lock().unwrap(), heard, "{}", place.label());
        let asked = erased::of(books.database().reader(), [gone, other]).await;
        let known: Vec<Uuid> = asked.unwrap().into_keys().collect();
        assert_eq!(known, [gone]);
    }
}

#[tokio::test]
async fn what_is_parked_loses_its_words_also_when_it_is_parked_later() {
    for (label, place, bus) in combinations().await {
        let transport = bus.open().await;
        let shop = place.outbox("shop").await;
        let books = place.outbox("ledger").await;
        let listening = Subscription::new("ledger", "shop")
            .on::<Ordered>(Arc::new(Clerk::default()))
            .screened(PERSONAL);
        let mut running = Running::new(quick());
        running.relay(&shop, &transport);
        running.consumer(listening, &books, &transport);
        let (gone, other) = (EventId::generate().uuid(), EventId::generate().uuid());
        let tell = async |event: Event| {
            let tx = shop.begin().await.unwrap();
            tx.publish(event).await.unwrap();
            tx.commit().await.unwrap();
        };
        tell(ordered(gone, -1)).await;
        tell(ordered(other, -2)).await;
        await_names(&books, &[(-2, "Anna"), (-1, "Anna")]).await;
        erase(&books, gone).await;
        await_names(&books, &[(-2, "Anna"), (-1, "")]).await;
        tell(ordered(gone, -3)).await;
        await_names(&books, &[(-3, ""), (-2, "Anna"), (-1, "")]).await;
        eprintln!("{label}");
        running.stop().await;
    }
}

/// Waits for what is parked: amounts and names.
async fn await_names(books: &Outbox, wanted: &[(i64, &str)]) {
    eventually(DEADLINE, || async {
        let parked = parked::list(books.database(), None, 500).await.unwrap();
        let mut names: Vec<(i64, String)> = parked
            .iter()
            .map(|it| Ordered::decode(it.payload.clone()).unwrap())
            .map(|it| (it.amount, it.name))
            .collect();
        names.sort();
        let found: Vec<(i64, &str)> = names.iter().map(|it| (it.0, it.1.as_str())).collect();
        if found == wanted {
            Ok(())
        } else {
            Err(format!("{found:?}"))
        }
    })
    .await;
}
