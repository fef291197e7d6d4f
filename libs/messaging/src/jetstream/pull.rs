//! Pull requests over one long-lived subscription: a message that comes late is still taken.

use std::time::Duration;

use async_nats::{
    Client, StatusCode, Subscriber,
    jetstream::{self, Context},
};
use futures::StreamExt;
use tokio::time::{Instant, timeout_at};

use crate::{
    jetstream::failure,
    transport::{Delivery, Durable, Error, Message},
};

/// How long the server may be late with the end of a request.
const LATE: Duration = Duration::from_secs(2);

/// Headers the server reads; an event's own never start so.
const SERVER_HEADERS: &str = "Nats-";
const MESSAGE_ID: &str = "Nats-Msg-Id";

pub(super) struct Puller {
    client: Client,
    context: Context,
    subscriber: Subscriber,
    inbox: String,
    requests: u64,
    subject: String,
    durable: String,
}

/// What came in.
enum Incoming {
    Delivery(Delivery),
    /// The request is over.
    End,
    /// Something about an earlier request, or a sign of life.
    Nothing,
}

impl Puller {
    pub(super) async fn new(
        client: &Client,
        context: &Context,
        durable: &Durable,
    ) -> Result<Self, Error> {
        let inbox = client.new_inbox();
        let subscriber = client
            .subscribe(format!("{inbox}.*"))
            .await
            .map_err(|error| Error::Unavailable(failure::text(&error)))?;
        Ok(Self {
            client: client.clone(),
            context: context.clone(),
            subscriber,
            inbox,
            requests: 0,
            subject: format!(
                "$JS.API.CONSUMER.MSG.NEXT.{}.{}",
                durable.stream, durable.name
            ),
            durable: durable.name.clone(),
        })
    }

    /// What is there; if that is nothing, what comes within `wait`.
    pub(super) async fn fetch(
        &mut self,
        max: usize,
        wait: Duration,
    ) -> Result<Vec<Delivery>, Error> {
        let present = format!(r#"{{"batch":{max},"no_wait":true}}"#);
        let mut deliveries = self.request(present, max, LATE).await?;
        if !deliveries.is_empty() || wait.is_zero() {
            return Ok(deliveries);
        }
        // One message only: more could come after this call is over.
        let next = format!(r#"{{"batch":1,"expires":{}}}"#, wait.as_nanos());
        deliveries = self.request(next, 1, wait + LATE).await?;
        if !deliveries.is_empty() && max > 1 {
            let rest = format!(r#"{{"batch":{},"no_wait":true}}"#, max - 1);
            match self.request(rest, max - 1, LATE).await {
                Ok(rest) => deliveries.extend(rest),
                // The one is better than none.
                Err(_) => return Ok(deliveries),
            }
        }
        Ok(deliveries)
    }

    async fn request(
        &mut self,
        body: String,
        max: usize,
        patience: Duration,
    ) -> Result<Vec<Delivery>, Error> {
        self.requests += 1;
        let reply = format!("{}.{}", self.inbox, self.requests);
        self.client
            .publish_with_reply(self.subject.clone(), reply.clone(), body.into())
            .await
            .map_err(|error| Error::Unavailable(failure::text(&error)))?;
        let end = Instant::now() + patience;
        let mut deliveries = Vec::new();
        while deliveries.len() < max {
            let message = match timeout_at(end, self.subscriber.next()).await {
                Ok(Some(message)) => message,
                Ok(None) => return Err(Error::Unavailable("connection closed".to_owned())),
                Err(_) if deliveries.is_empty() => {
                    return Err(Error::Unavailable("no answer to a pull request".to_owned()));
                }
                Err(_) => break,
            };
            match self.sort(message, &reply) {
                Ok(Incoming::Delivery(delivery)) => deliveries.push(delivery),
                Ok(Incoming::Nothing) => {}
                Err(error) if deliveries.is_empty() => return Err(error),
                Ok(Incoming::End) | Err(_) => break,
            }
        }
        Ok(deliveries)
    }

    fn sort(&self, message: async_nats::Message, reply: &str) -> Result<Incoming, Error> {
        let Some(status) = message.status.filter(|status| *status != StatusCode::OK) else {
            return Ok(self
                .delivery(message)
                .map_or(Incoming::Nothing, Incoming::Delivery));
        };
        if message.subject.as_str() != reply {
            return Ok(Incoming::Nothing);
        }
        let description = message.description.unwrap_or_default();
        match status {
            StatusCode::NO_RESPONDERS => Err(Error::Missing(format!("durable {}", self.durable))),
            StatusCode::REQUEST_TERMINATED if description.contains("Deleted") => {
                Err(Error::Missing(format!("durable {}", self.durable)))
            }
            StatusCode::IDLE_HEARTBEAT => Ok(Incoming::Nothing),
            StatusCode::NOT_FOUND | StatusCode::TIMEOUT => Ok(Incoming::End),
            // As many are out as may be: wait, as if there were no more messages.
            StatusCode::REQUEST_TERMINATED if description.contains("MaxAckPending") => {
                Ok(Incoming::End)
            }
            other => Err(Error::Unavailable(format!("{other} {description}"))),
        }
    }

    fn delivery(&self, message: async_nats::Message) -> Option<Delivery> {
        let token = message.reply.as_ref()?.to_string();
        let message = jetstream::Message {
            message,
            context: self.context.clone(),
        };
        let info = message.info().ok()?;
        let sequence = info.stream_sequence;
        let attempt = info.delivered.unsigned_abs();
        let async_nats::Message {
            subject,
            payload,
            headers,
            ..
        } = message.message;
        let headers = headers.unwrap_or_default();
        let id = headers.get(MESSAGE_ID).map(ToString::to_string);
        let own = headers
            .iter()
            .filter(|(name, _)| !AsRef::<str>::as_ref(name).starts_with(SERVER_HEADERS));
        let own = own.filter_map(|(name, values)| {
            let value = values.first()?;
            Some((name.to_string(), value.to_string()))
        });
        Some(Delivery {
            message: Message {
                id: id.unwrap_or_default(),
                subject: subject.to_string(),
                headers: own.collect(),
                payload,
            },
            sequence,
            attempt,
            token,
        })
    }
}
