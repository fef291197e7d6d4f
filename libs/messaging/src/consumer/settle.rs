//! Telling the broker what became of deliveries, and parking those that are given up.

use std::time::Duration;

use rand::Rng;

use crate::{
    consumer::{Consumer, batch::Item},
    erased,
    handler::HandlerError,
    inbox,
    metrics::Outcome,
    parked::{self, Cause},
    transport::Delivery,
};

/// Delay before a delivery is made again that could not even be counted: the database is away.
const UNCOUNTED: Duration = Duration::from_secs(1);

/// A delay is shortened by up to this part, so that what failed together does not come back together.
const JITTER: f64 = 0.2;

impl Consumer {
    pub(super) async fn ack(&self, deliveries: &[&Delivery]) {
        self.settled()
            .extend(deliveries.iter().map(|delivery| delivery.sequence));
        if let Err(error) = self.transport.ack(deliveries).await {
            self.warn_broker(&error);
        }
    }

    async fn nak(&self, delivery: &Delivery, delay: Duration) {
        self.settled().insert(delivery.sequence);
        if let Err(error) = self.transport.nak(&[(delivery, delay)]).await {
            self.warn_broker(&error);
        }
    }

    /// Gives deliveries back without judging them: the database is away.
    pub(super) async fn hand_back(&self, items: &[Item<'_>]) {
        let back: Vec<_> = items
            .iter()
            .map(|item| (item.delivery, jittered(UNCOUNTED)))
            .collect();
        self.settled()
            .extend(items.iter().map(|item| item.delivery.sequence));
        if let Err(error) = self.transport.nak(&back).await {
            self.warn_broker(&error);
        }
    }

    /// Has a failed delivery made again later, or parks it.
    pub(super) async fn settle_failure(&self, item: &Item<'_>, error: &HandlerError) {
        match self.note_failure(item, error).await {
            Ok(Some(delay)) => self.nak(item.delivery, delay).await,
            Ok(None) => self.ack(&[item.delivery]).await,
            Err(failure) => {
                tracing::warn!(
                    consumer = self.subscription.name(),
                    error = &failure as &dyn std::error::Error,
                    "failed delivery cannot be counted"
                );
                self.nak(item.delivery, UNCOUNTED).await;
            }
        }
    }

    /// Counts a failed attempt; answers the delay before the next, or none when that was the last.
    async fn note_failure(
        &self,
        item: &Item<'_>,
        error: &HandlerError,
    ) -> Result<Option<Duration>, database::Error> {
        let name = self.subscription.name();
        let now = self.clock.now();
        let tx = self.outbox.database().begin().await?;
        let Some(attempts) = inbox::fail(&tx, name, item.event.id, now).await? else {
            // Another worker settled it meanwhile.
            return Ok(None);
        };
        let delay = self.delay(error, attempts);
        if delay.is_none() {
            inbox::park(&tx, name, item.event.id, now).await?;
            let cause = Cause {
                reason: error.reason(),
                error: chain(error),
                attempts,
            };
            let personal = self.subscription.personal;
            let stripped = erased::screen(&tx, personal, &[&item.event]).await?;
            let mut message = item.delivery.message.clone();
            if let Some(event) = stripped.into_values().next() {
                message.payload = event.payload;
            }
            parked::insert(&tx, name, item.event.id, &message, cause, now).await?;
        }
        tx.commit().await?;
        self.report(item, error, attempts, delay);
        Ok(delay)
    }

    fn delay(&self, error: &HandlerError, attempts: u32) -> Option<Duration> {
        match error {
            HandlerError::Refuse { .. } => None,
            HandlerError::Retry { .. } => {
                let delays = &self.settings.retry_delays;
                delays
                    .get(attempts.saturating_sub(1) as usize)
                    .map(|delay| jittered(*delay))
            }
        }
    }

    fn report(
        &self,
        item: &Item<'_>,
        error: &HandlerError,
        attempts: u32,
        delay: Option<Duration>,
    ) {
        let consumer = self.subscription.name();
        let kind = &item.event.kind;
        let error = chain(error);
        if let Some(delay) = delay {
            self.metrics.delivered(kind, Outcome::Failed);
            tracing::info!(
                consumer,
                event.id = %item.event.id,
                event.type = kind,
                attempts,
                delay_ms = delay.as_secs_f64() * 1_000.0,
                error,
                "event is tried again later"
            );
        } else {
            self.metrics.delivered(kind, Outcome::Parked);
            tracing::error!(
                consumer,
                event.id = %item.event.id,
                event.type = kind,
                attempts,
                error,
                "event is parked"
            );
        }
    }
}

/// Whether the failure says nothing about the event: the database cannot be reached.
pub(super) fn is_outage(error: &HandlerError) -> bool {
    let source = std::error::Error::source(error);
    source
        .and_then(|source| source.downcast_ref::<database::Error>())
        .is_some_and(is_away)
}

pub(super) fn is_away(error: &database::Error) -> bool {
    matches!(
        error,
        database::Error::Unavailable(_) | database::Error::PoolTimeout(_)
    )
}

/// An error with its causes, on one line.
pub(super) fn chain(error: &HandlerError) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

fn jittered(delay: Duration) -> Duration {
    delay.mul_f64(1.0 - JITTER * rand::rng().random::<f64>())
}
