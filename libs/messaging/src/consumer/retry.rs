//! Delivering parked events again when somebody asked for it.

use crate::{
    consumer::{Consumer, settle::chain},
    error::Error,
    event::RawEvent,
    handler::HandlerError,
    headers, inbox,
    metrics::Outcome,
    parked::{self, Cause, Parked},
};

/// Deliveries made again before new ones are fetched.
const CHUNK: u64 = 64;

impl Consumer {
    /// Makes parked deliveries again; true when there may be more.
    pub(super) async fn retry_parked(&self) -> Result<bool, Error> {
        let reader = self.outbox.database().reader();
        let parked = parked::retries(reader, self.subscription.name(), CHUNK).await?;
        let more = parked.len() as u64 == CHUNK;
        for parked in parked {
            if let Err(error) = self.retry(&parked).await {
                self.park_again(&parked, &error).await?;
            }
        }
        Ok(more)
    }

    async fn retry(&self, parked: &Parked) -> Result<(), HandlerError> {
        let event: RawEvent = headers::decode(&parked.message())
            .map_err(|error| HandlerError::refuse("UNREADABLE_HEADERS").because(error))?;
        let tx = self.outbox.begin().await?;
        let now = self.clock.now();
        let name = self.subscription.name();
        if inbox::claim_parked(&*tx, name, parked.event_id, now).await? {
            self.subscription.handle(&tx, &event).await?;
            parked::delete(&*tx, name, parked.event_id).await?;
            self.metrics.delivered(&event.kind, Outcome::Handled);
        }
        tx.commit().await?;
        Ok(())
    }

    async fn park_again(&self, parked: &Parked, error: &HandlerError) -> Result<(), Error> {
        let cause = Cause {
            reason: error.reason(),
            error: chain(error),
            attempts: parked.attempts + 1,
        };
        self.metrics.delivered(&parked.kind, Outcome::Parked);
        let tx = self.outbox.database().begin().await?;
        parked::again(&tx, parked, cause, self.clock.now()).await?;
        tx.commit().await.map_err(database::Error::from)?;
        Ok(())
    }
}
