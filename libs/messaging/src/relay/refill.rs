//! Notices that the broker lost messages, and gives the lost events back to the queue.

use std::time::Instant;

use uuid::Uuid;

use crate::{
    error::Error,
    outbox::{
        rows,
        stream::{self, Record, moment, signed},
    },
    relay::Relay,
    transport::StreamState,
};

/// Rows given back in one transaction.
const CHUNK: u64 = 2_000;

/// Republished below the point of the loss: another relay may have published so much on the
/// shortened stream before this one noticed. Repeats do no harm.
const MARGIN: i64 = 1_000;

/// A refill under way.
pub(super) struct Refill {
    epoch: i64,
    above: i64,
    after: Uuid,
}

impl Relay {
    /// Compares the stream with what was recorded; `ends_at` is what a publisher learnt about it.
    pub(super) async fn check(&mut self, ends_at: Option<i64>) -> Result<(), Error> {
        let connection = self.transport.connection();
        // Recorded first, asked then: other relays can only move the stream on in between.
        let record = self.record().await?;
        let state = self.stream_state(connection).await?;
        if let Some(record) = record {
            if let Some(above) = lost_above(record, state, ends_at) {
                self.begin_epoch(record, state, above).await?;
            }
        } else {
            let tx = self.outbox.database().begin().await?;
            stream::insert(&tx, &self.stream.name, state).await?;
            tx.commit().await.map_err(database::Error::from)?;
        }
        self.refill = self.record().await?.and_then(|record| {
            record.refill_above.map(|above| Refill {
                epoch: record.epoch,
                above,
                after: Uuid::nil(),
            })
        });
        self.ensured_on = Some(connection);
        self.checked = Some(Instant::now());
        Ok(())
    }

    /// Gives back a chunk of lost events, if there are any; true when there may be more.
    pub(super) async fn refill_step(&mut self) -> Result<bool, Error> {
        let Some(refill) = &mut self.refill else {
            return Ok(false);
        };
        let tx = self.outbox.database().begin().await?;
        let last = rows::reopen(&tx, refill.epoch, refill.above, refill.after, CHUNK).await?;
        if last.is_none() {
            stream::end_refill(&tx, &self.stream.name, refill.epoch).await?;
        }
        tx.commit().await.map_err(database::Error::from)?;
        match last {
            Some(last) => refill.after = last,
            None => self.refill = None,
        }
        Ok(last.is_some())
    }

    async fn record(&self) -> Result<Option<Record>, Error> {
        let reader = self.outbox.database().reader();
        Ok(stream::read(reader, &self.stream.name).await?)
    }

    async fn stream_state(&self, connection: u64) -> Result<StreamState, Error> {
        if self.ensured_on == Some(connection)
            && let Some(state) = self.transport.stream_state(&self.stream.name).await?
        {
            return Ok(state);
        }
        Ok(self.transport.ensure_stream(&self.stream).await?)
    }

    async fn begin_epoch(
        &self,
        record: Record,
        state: StreamState,
        above: i64,
    ) -> Result<(), Error> {
        let tx = self.outbox.database().begin().await?;
        let begun = stream::begin_epoch(&tx, &self.stream.name, record, state, above).await?;
        tx.commit().await.map_err(database::Error::from)?;
        if begun {
            self.metrics.stream_lost_messages();
            tracing::warn!(
                stream = self.stream.name,
                recorded = record.last_sequence,
                found = state.last_sequence,
                republished_above = above,
                "stream lost messages, publishing them again"
            );
        }
        Ok(())
    }
}

/// The sequence above which published messages are lost, if any are.
fn lost_above(record: Record, state: StreamState, ends_at: Option<i64>) -> Option<i64> {
    if record.created_at != moment(state) {
        return Some(0);
    }
    let last = signed(state.last_sequence);
    let end = ends_at.map_or(last, |end| end.min(last));
    (end < record.last_sequence).then(|| (end - MARGIN).max(0))
}

#[cfg(test)]
mod tests {
    use chrono::{TimeDelta, TimeZone, Utc};

    use super::*;

    fn check(recorded: i64, found: u64, ends_at: Option<i64>, lost: Option<i64>) {
        let created_at = Utc.with_ymd_and_hms(2026, 8, 1, 12, 0, 0).unwrap();
        let record = Record {
            created_at,
            last_sequence: recorded,
            epoch: 1,
            refill_above: None,
        };
        let mut state = StreamState {
            created_at: created_at + TimeDelta::nanoseconds(999),
            first_sequence: 1,
            last_sequence: found,
        };
        assert_eq!(lost_above(record, state, ends_at), lost);

        state.created_at += TimeDelta::microseconds(1);
        assert_eq!(lost_above(record, state, ends_at), Some(0));
    }

    #[test]
    fn a_stream_that_ends_below_the_record_lost_messages() {
        check(5_000, 5_000, None, None);
        check(5_000, 9_000, None, None);
        check(5_000, 4_000, None, Some(3_000));
        check(5_000, 10, None, Some(0));
    }

    #[test]
    fn a_publisher_may_know_of_a_loss_that_has_been_overtaken() {
        check(5_000, 9_000, Some(4_000), Some(3_000));
        check(5_000, 9_000, Some(5_000), None);
    }
}
