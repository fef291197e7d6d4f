//! A broker that lost messages heals without an operator.

use std::sync::Arc;

use messaging::{Outbox, SharedTransport, outbox};
use testkit::eventually;

use crate::fixture::{
    Bus, DEADLINE, Place, Recorder, Running, await_effects, await_published, buses, ledger,
    publish, quick,
};

/// Two services, their broker, and what runs on it.
struct World {
    bus: Bus,
    shop: Outbox,
    books: Outbox,
    transport: SharedTransport,
    running: Option<Running>,
    recorder: Arc<Recorder>,
    _place: Place,
}

impl World {
    async fn new(bus: Bus, place: Place) -> Self {
        let shop = place.outbox("shop").await;
        let books = place.outbox("ledger").await;
        let mut world = Self {
            transport: bus.open().await,
            bus,
            shop,
            books,
            running: None,
            recorder: Recorder::new(),
            _place: place,
        };
        world.start();
        world
    }

    fn start(&mut self) {
        let mut running = Running::new(quick());
        running.relay(&self.shop, &self.transport);
        running.relay(&self.shop, &self.transport);
        running.consumer(ledger(&self.recorder), &self.books, &self.transport);
        self.running = Some(running);
    }

    /// Does it under the feet of the services; the embedded bus is theirs, so they go first.
    async fn befall(&mut self, loss: impl FnOnce(&Bus)) {
        let alive = matches!(self.bus, Bus::JetStream(_));
        if !alive && let Some(running) = self.running.take() {
            running.kill().await;
        }
        loss(&self.bus);
        if !alive {
            self.transport = self.bus.open().await;
            self.start();
        }
    }

    /// All events so far have had one effect, and all are in the stream.
    async fn is_whole(&self, events: i64) {
        let label = self.bus.label();
        await_effects(label, &self.books, 0..events).await;
        eventually(DEADLINE, || async {
            let kept = self.kept().await?;
            let wanted = usize::try_from(events).unwrap();
            let waiting = outbox::pending(self.shop.database()).await.unwrap().len();
            if kept == wanted && waiting == 0 {
                return Ok(());
            }
            Err(format!("{label}: {kept} of {wanted} kept, {waiting} wait"))
        })
        .await;
    }

    /// Different events in the stream, as a new durable sees them.
    async fn kept(&self) -> Result<usize, String> {
        let spec = messaging::transport::ConsumerSpec {
            durable: messaging::transport::Durable {
                stream: "tributary-shop".to_owned(),
                name: format!("audit-{}", uuid_text()),
            },
            filters: Vec::new(),
            ack_wait: std::time::Duration::from_mins(1),
            max_in_flight: 100_000,
        };
        let text = |error: messaging::transport::Error| error.to_string();
        self.transport.ensure_consumer(&spec).await.map_err(text)?;
        let mut ids = std::collections::BTreeSet::new();
        loop {
            let wait = std::time::Duration::from_millis(50);
            let some = self.transport.fetch(&spec.durable, 500, wait).await;
            let some = some.map_err(text)?;
            if some.is_empty() {
                return Ok(ids.len());
            }
            ids.extend(some.into_iter().map(|delivery| delivery.message.id));
        }
    }

    async fn stop(mut self) {
        if let Some(running) = self.running.take() {
            running.stop().await;
        }
    }
}

fn uuid_text() -> String {
    // Unique enough: ids of events are made the same way.
    crate::fixture::sold(0).id().simple().to_string()
}

async fn worlds() -> [World; 2] {
    let [embedded, jetstream] = buses();
    [
        World::new(embedded, Place::sqlite()).await,
        World::new(jetstream, Place::postgres().await).await,
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wiped_stream_is_filled_again() {
    for mut world in worlds().await {
        publish(&world.shop, 0..700).await;
        world.is_whole(700).await;
        for round in 1..=2 {
            world.befall(Bus::wipe).await;
            publish(&world.shop, 600 + round * 100..700 + round * 100).await;
            world.is_whole(700 + round * 100).await;
        }
        assert_eq!(world.recorder.calls(), 900, "handled again");
        world.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_that_was_rolled_back_is_filled_up() {
    for mut world in worlds().await {
        publish(&world.shop, 0..2_500).await;
        world.is_whole(2_500).await;
        let mut image = None;
        world.befall(|bus| image = Some(bus.snapshot())).await;
        publish(&world.shop, 2_500..4_000).await;
        world.is_whole(4_000).await;

        world
            .befall(|bus| bus.restore(image.as_ref().unwrap()))
            .await;
        // Before or after the relay notices: new events may take the lost ones' places.
        publish(&world.shop, 4_000..4_100).await;
        world.is_whole(4_100).await;
        assert_eq!(world.recorder.calls(), 4_100, "handled again");
        world.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_loss_while_all_are_down_is_noticed_at_the_start() {
    for mut world in worlds().await {
        publish(&world.shop, 0..100).await;
        world.is_whole(100).await;
        world.running.take().unwrap().stop().await;
        world.bus.wipe();
        world.transport = world.bus.open().await;
        world.start();
        world.is_whole(100).await;
        world.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broker_killed_again_and_again_under_load_loses_nothing() {
    let [_, jetstream] = buses();
    let mut world = World::new(jetstream, Place::postgres().await).await;
    let mut events = 0;
    for _ in 0..5 {
        for _ in 0..10 {
            publish(&world.shop, events..events + 20).await;
            events += 20;
        }
        let Bus::JetStream(server) = &world.bus else {
            panic!("the second is a server");
        };
        server.kill9();
        publish(&world.shop, events..events + 20).await;
        events += 20;
        world.befall(Bus::restart).await;
    }
    await_published("killed", &world.shop).await;
    world.is_whole(events).await;
    world.stop().await;
}
