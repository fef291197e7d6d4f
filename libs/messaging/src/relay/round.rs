//! One round of publishing: take, publish, mark.

use std::time::Instant;

use chrono::TimeDelta;
use uuid::Uuid;

use crate::{
    error::Error,
    event::RawEvent,
    headers,
    outbox::{
        rows,
        stream::{self, Record, signed},
    },
    relay::{LOOK, Relay, due},
    transport::{self, Ack},
};

/// An event the broker will not take is tried again after so long: it may be a limit somebody raises.
const AFTER_REFUSAL: TimeDelta = TimeDelta::minutes(1);

/// What a round found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// As much as it could take: there may be more.
    Full,
    /// Something.
    Some,
    /// Nothing to publish.
    None,
}

/// What the broker said about a round's events.
#[derive(Default)]
struct Answers {
    published: Vec<(Uuid, i64)>,
    unanswered: Vec<Uuid>,
    refused: Vec<Uuid>,
    /// Messages that were new to the broker.
    new: usize,
    /// Lowest sequence given to one of them.
    lowest_new: Option<i64>,
    failure: Option<transport::Error>,
}

impl Relay {
    pub(super) async fn round(&mut self) -> Result<Turn, Error> {
        let events = self.take().await?;
        if events.is_empty() {
            return Ok(Turn::None);
        }
        let full = events.len() as u64 >= self.settings.relay_batch;
        let db = self.outbox.database();
        // Read before publishing: a new message must get a sequence above what is recorded here.
        let Some(record) = stream::read(db.reader(), &self.stream.name).await? else {
            self.checked = None;
            self.leave_to_outbox();
            return Ok(Turn::Full);
        };
        let ids: Vec<Uuid> = events.iter().map(|event| event.id).collect();
        let source = self.outbox.source();
        let messages = events
            .into_iter()
            .map(|event| headers::encode(event, source))
            .collect();
        let acks = self.transport.publish(&self.stream.name, messages).await;
        let answers = Answers::sort(&ids, acks);
        self.settle(record, ids, answers).await?;
        Ok(if full { Turn::Full } else { Turn::Some })
    }

    /// What waits in the outbox when it is time to look, and what was committed here otherwise.
    async fn take(&mut self) -> Result<Vec<RawEvent>, Error> {
        let most = self.settings.relay_batch;
        if due(self.looked, LOOK) {
            let now = self.clock.now();
            let until = now + self.settings.relay_lease;
            let events = rows::claim(self.outbox.database(), now, until, most).await?;
            if (events.len() as u64) < most {
                self.looked = Some(Instant::now());
            }
            if !events.is_empty() {
                self.outbox.fresh().drop_found(&events);
                return Ok(events);
            }
        }
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        let taken = self.outbox.fresh().take(most);
        if taken.overflowed {
            self.looked = None;
        }
        Ok(taken.events)
    }

    async fn settle(
        &mut self,
        record: Record,
        ids: Vec<Uuid>,
        answers: Answers,
    ) -> Result<(), Error> {
        if let Some(lowest) = answers.lowest_new
            && lowest <= record.last_sequence
        {
            // The stream ends below what was recorded, or is another one.
            self.give_back(ids).await?;
            return self.check(Some(lowest - 1)).await;
        }
        if !self.mark(record, &answers).await? {
            self.give_back(ids).await?;
            return self.check(None).await;
        }
        self.metrics.published(answers.new);
        self.metrics.refused(answers.refused.len());
        match answers.failure {
            Some(error) if error.is_transient() => {
                // Whatever it was, the stream may be gone.
                self.ensured_on = None;
                Err(error.into())
            }
            Some(error) => {
                tracing::error!(
                    service = self.outbox.source(),
                    events = answers.refused.len(),
                    error = &error as &dyn std::error::Error,
                    "broker refuses events"
                );
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// False when the epoch the events were published in is over.
    async fn mark(&self, record: Record, answers: &Answers) -> Result<bool, Error> {
        let now = self.clock.now();
        let tx = self.outbox.database().begin().await?;
        let highest = answers.published.iter().map(|(_, sequence)| *sequence);
        if let Some(highest) = highest.max() {
            if !stream::advance(&tx, &self.stream.name, record.epoch, highest).await? {
                tx.rollback().await.map_err(database::Error::from)?;
                return Ok(false);
            }
            rows::mark(&tx, answers.published.iter().copied(), record.epoch, now).await?;
        }
        if !answers.unanswered.is_empty() {
            rows::release(&tx, answers.unanswered.iter().copied(), None).await?;
        }
        if !answers.refused.is_empty() {
            let later = Some(now + AFTER_REFUSAL);
            rows::release(&tx, answers.refused.iter().copied(), later).await?;
        }
        tx.commit().await.map_err(database::Error::from)?;
        Ok(true)
    }

    async fn give_back(&mut self, ids: Vec<Uuid>) -> Result<(), Error> {
        self.leave_to_outbox();
        let tx = self.outbox.database().begin().await?;
        rows::release(&tx, ids, None).await?;
        tx.commit().await.map_err(database::Error::from)?;
        Ok(())
    }
}

impl Answers {
    fn sort(ids: &[Uuid], acks: Vec<Result<Ack, transport::Error>>) -> Self {
        let mut answers = Self::default();
        let mut acks = acks.into_iter();
        for id in ids {
            match acks.next() {
                Some(Ok(ack)) => answers.accept(*id, ack),
                Some(Err(error)) if !error.is_transient() => {
                    answers.refused.push(*id);
                    answers.failure.get_or_insert(error);
                }
                Some(Err(error)) => {
                    answers.unanswered.push(*id);
                    // A broker that is away weighs more than an event it does not like.
                    answers.failure = Some(error);
                }
                None => answers.unanswered.push(*id),
            }
        }
        answers
    }

    fn accept(&mut self, id: Uuid, ack: Ack) {
        let sequence = signed(ack.sequence);
        self.published.push((id, sequence));
        if !ack.duplicate {
            self.new += 1;
            let lowest = self
                .lowest_new
                .map_or(sequence, |known| known.min(sequence));
            self.lowest_new = Some(lowest);
        }
    }
}
