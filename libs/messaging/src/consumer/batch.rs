//! Handling a batch: in one transaction while all goes well, one by one otherwise.

use std::{collections::HashSet, time::Instant};

use uuid::Uuid;

use crate::{
    consumer::{
        Consumer,
        settle::{is_away, is_outage},
    },
    event::{RawEvent, Undecodable},
    handler::HandlerError,
    headers, inbox,
    metrics::Outcome,
    subscription::Delivered,
    transport::{Delivery, Message},
};

/// A batch that loses more than this to single handling is handled singly altogether.
const MAX_REGROUPS: usize = 8;

/// A delivery and the event it carries.
pub(super) struct Item<'a> {
    pub(super) delivery: &'a Delivery,
    pub(super) event: RawEvent,
}

/// A shared transaction came to nothing.
enum Broken {
    /// Because of the delivery at this place.
    At(usize),
    /// For a reason that has to do with all.
    Whole,
    /// Because the database is away.
    Outage,
}

impl Consumer {
    pub(super) async fn handle(&self, deliveries: &[Delivery]) {
        let mut group = Vec::with_capacity(deliveries.len());
        let mut single: Vec<Item<'_>> = Vec::new();
        let mut seen = HashSet::new();
        for delivery in deliveries {
            match headers::decode(&delivery.message) {
                // A repeat within the batch finds its twin's note when it is handled singly.
                Ok(event) if !seen.insert(event.id) => single.push(Item { delivery, event }),
                Ok(event) => group.push(Item { delivery, event }),
                Err(error) => self.refuse_unreadable(delivery, error).await,
            }
        }
        self.handle_group(group, &mut single).await;
        while !single.is_empty() {
            let item = single.remove(0);
            if let Err(item) = self.handle_single(item).await {
                single.insert(0, item);
                return self.hand_back(&single).await;
            }
        }
    }

    /// Handles the items in shared transactions; what breaks one is put aside.
    async fn handle_group<'a>(&self, mut group: Vec<Item<'a>>, single: &mut Vec<Item<'a>>) {
        let mut regroups = 0;
        while !group.is_empty() {
            match self.attempt_group(&group).await {
                Ok(fresh) => return self.settle_group(&group, &fresh).await,
                Err(Broken::Outage) => return self.hand_back(&group).await,
                Err(Broken::At(place)) if regroups < MAX_REGROUPS && place < group.len() => {
                    regroups += 1;
                    single.push(group.remove(place));
                }
                Err(Broken::At(_) | Broken::Whole) => {
                    // In the order of the stream, as far as that still goes.
                    group.append(single);
                    std::mem::swap(&mut group, single);
                    return;
                }
            }
        }
    }

    async fn attempt_group(&self, group: &[Item<'_>]) -> Result<HashSet<Uuid>, Broken> {
        let start = Instant::now();
        let whole = |error: database::Error| {
            tracing::debug!(
                consumer = self.subscription.name(),
                error = &error as &dyn std::error::Error,
                "shared transaction failed"
            );
            if is_away(&error) {
                Broken::Outage
            } else {
                Broken::Whole
            }
        };
        let tx = self.outbox.begin().await.map_err(whole)?;
        let ids = group.iter().map(|item| item.event.id);
        let now = self.clock.now();
        let fresh = inbox::claim(&*tx, self.subscription.name(), ids, now)
            .await
            .map_err(whole)?;
        let (places, events): (Vec<usize>, Vec<&RawEvent>) = group
            .iter()
            .enumerate()
            .filter(|(_, item)| fresh.contains(&item.event.id))
            .map(|(place, item)| (place, &item.event))
            .unzip();
        if let Err(failed) = self.subscription.handle_all(&tx, &events).await {
            // What happened is told when it happens again to the event alone.
            return Err(if is_outage(&failed.error) {
                Broken::Outage
            } else {
                let place = failed.at.and_then(|at| places.get(at));
                place.map_or(Broken::Whole, |place| Broken::At(*place))
            });
        }
        tx.commit().await.map_err(whole)?;
        self.metrics.batch_took(start.elapsed());
        Ok(fresh)
    }

    async fn settle_group(&self, group: &[Item<'_>], fresh: &HashSet<Uuid>) {
        for item in group {
            let outcome = if fresh.contains(&item.event.id) {
                Outcome::Handled
            } else {
                Outcome::Repeated
            };
            self.metrics.delivered(&item.event.kind, outcome);
        }
        let deliveries: Vec<_> = group.iter().map(|item| item.delivery).collect();
        self.ack(&deliveries).await;
    }

    /// Gives the item back when the database is away.
    async fn handle_single<'a>(&self, item: Item<'a>) -> Result<(), Item<'a>> {
        let start = Instant::now();
        let now = self.clock.now();
        let attempt = self.subscription.attempt(&self.outbox, &item.event, now);
        match attempt.await {
            Ok(delivered) => {
                self.metrics.batch_took(start.elapsed());
                let outcome = match delivered {
                    Delivered::Handled => Outcome::Handled,
                    Delivered::Repeated => Outcome::Repeated,
                };
                self.metrics.delivered(&item.event.kind, outcome);
                self.ack(&[item.delivery]).await;
            }
            Err(error) if is_outage(&error) => return Err(item),
            Err(error) => self.settle_failure(&item, &error).await,
        }
        Ok(())
    }

    async fn refuse_unreadable(&self, delivery: &Delivery, error: Undecodable) {
        let event = RawEvent {
            id: unreadable_id(&self.durable.stream, delivery.sequence, &delivery.message),
            kind: delivery.message.subject.clone(),
            aggregate_id: String::new(),
            revision: 0,
            at: self.clock.now(),
            headers: delivery.message.headers.clone(),
            payload: delivery.message.payload.clone(),
        };
        let error = HandlerError::refuse("UNREADABLE_HEADERS").because(error);
        self.settle_failure(&Item { delivery, event }, &error).await;
    }
}

/// The same for every delivery of a message that names no event.
fn unreadable_id(stream: &str, sequence: u64, message: &Message) -> Uuid {
    Uuid::try_parse(&message.id).unwrap_or_else(|_| {
        let name = format!("{stream}/{sequence}");
        Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes())
    })
}
