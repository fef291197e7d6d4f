//! One round of publishing: claim, publish, mark.

use chrono::TimeDelta;
use uuid::Uuid;

use crate::{
    error::Error,
    headers,
    outbox::{
        rows,
        stream::{self, Record, signed},
    },
    relay::Relay,
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
    /// Lowest sequence given to a message that was new to the broker.
    lowest_new: Option<i64>,
    failure: Option<transport::Error>,
}

impl Relay {
    pub(super) async fn round(&mut self) -> Result<Turn, Error> {
        let now = self.clock.now();
        let until = now + self.settings.relay_lease;
        let db = self.outbox.database();
        let events = rows::claim(db, now, until, self.settings.relay_batch).await?;
        if events.is_empty() {
            return Ok(Turn::None);
        }
        let full = events.len() as u64 >= self.settings.relay_batch;
        // Read before publishing: a new message must get a sequence above what is recorded here.
        let Some(record) = stream::read(db.reader(), &self.stream.name).await? else {
            self.checked = None;
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
        self.metrics.published(answers.published.len());
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

    async fn give_back(&self, ids: Vec<Uuid>) -> Result<(), Error> {
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
            let lowest = self
                .lowest_new
                .map_or(sequence, |known| known.min(sequence));
            self.lowest_new = Some(lowest);
        }
    }
}
