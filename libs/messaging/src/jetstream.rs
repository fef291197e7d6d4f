//! NATS JetStream.

mod config;
mod failure;
mod pull;

use std::{
    collections::HashMap,
    sync::{
        Arc, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use async_nats::{
    Client, ConnectOptions, Event, HeaderName, HeaderValue,
    connection::State,
    jetstream::{
        self, Context,
        consumer::{Consumer, pull::Config as PullConfig},
        context::PublishAckFuture,
        message::PublishMessage,
        stream::Info,
    },
};
use futures::future::{BoxFuture, join_all};
use tokio::sync::Notify;

use crate::{
    jetstream::pull::Puller,
    transport::{
        Ack, Backlog, ConsumerSpec, Delivery, Durable, Error, Message, SharedTransport, StreamSpec,
        StreamState, Transport,
    },
};

/// How long a start waits for the server before it goes on without.
const FIRST_CONNECTION: Duration = Duration::from_secs(2);

/// Longest answer time of the server.
const TIMEOUT: Duration = Duration::from_secs(5);

/// Longest wait between two attempts to connect.
const RECONNECT: Duration = Duration::from_secs(1);

/// Connects to the servers at `url` (several are separated by commas) under a name that shows in
/// the server's monitoring.
///
/// A server that is away is waited for in the background; one that is too old is refused.
pub fn connect(url: &str, name: &str) -> BoxFuture<'static, Result<SharedTransport, Error>> {
    let servers: Vec<String> = url.split(',').map(|one| one.trim().to_owned()).collect();
    let connections = Arc::new(Connections::default());
    let seen = Arc::clone(&connections);
    let options = ConnectOptions::new()
        .name(name)
        .retry_on_initial_connect()
        .connection_timeout(TIMEOUT)
        .request_timeout(Some(TIMEOUT))
        .reconnect_delay_callback(|attempt| {
            // 100 ms, 200 ms and so on.
            let doublings = u32::try_from(attempt).unwrap_or(u32::MAX).min(8);
            (Duration::from_millis(50) * 2_u32.pow(doublings)).min(RECONNECT)
        })
        .event_callback(move |event| {
            let seen = Arc::clone(&seen);
            async move { seen.note(&event) }
        });
    Box::pin(async move {
        let client = options
            .connect(servers)
            .await
            .map_err(|error| Error::Unavailable(failure::text(&error)))?;
        // Without a server the relay and the consumers wait, and work goes on.
        let _ = tokio::time::timeout(FIRST_CONNECTION, connections.first()).await;
        config::check_version(&client)?;
        let broker: SharedTransport = Arc::new(JetStream {
            context: jetstream::context::ContextBuilder::new()
                .timeout(TIMEOUT)
                .build(client.clone()),
            client,
            connections,
            pullers: std::sync::Mutex::default(),
        });
        Ok(broker)
    })
}

struct JetStream {
    client: Client,
    context: Context,
    connections: Arc<Connections>,
    /// Idle ones; a fetch takes one or makes one.
    pullers: std::sync::Mutex<HashMap<Durable, Vec<Puller>>>,
}

/// Counts connections made.
#[derive(Default)]
struct Connections {
    count: AtomicU64,
    made: Notify,
}

impl Connections {
    fn note(&self, event: &Event) {
        if matches!(event, Event::Connected) {
            self.count.fetch_add(1, Ordering::Relaxed);
            self.made.notify_one();
        }
        tracing::info!(event = %event, "nats connection");
    }

    async fn first(&self) {
        if self.count.load(Ordering::Relaxed) == 0 {
            self.made.notified().await;
        }
    }
}

impl JetStream {
    /// Fails at once while there is no connection, and for a server that is too old.
    fn check(&self) -> Result<(), Error> {
        if self.client.connection_state() != State::Connected {
            return Err(Error::Unavailable("not connected".to_owned()));
        }
        config::check_version(&self.client)
    }

    fn take_puller(&self, durable: &Durable) -> Option<Puller> {
        // A holder can only have panicked before it wrote.
        let mut pullers = self.pullers.lock().unwrap_or_else(PoisonError::into_inner);
        pullers.get_mut(durable).and_then(Vec::pop)
    }

    fn put_puller(&self, durable: &Durable, puller: Puller) {
        let mut pullers = self.pullers.lock().unwrap_or_else(PoisonError::into_inner);
        pullers.entry(durable.clone()).or_default().push(puller);
    }

    async fn send(&self, stream: &str, message: Message) -> Result<PublishAckFuture, Error> {
        let mut publish = PublishMessage::build()
            .message_id(&message.id)
            .expected_stream(stream)
            .payload(message.payload);
        for (name, value) in message.headers {
            let refused = || Error::Refused(format!("header {name}"));
            let value: HeaderValue = value.parse().map_err(|_| refused())?;
            let name: HeaderName = name.parse().map_err(|_| refused())?;
            publish = publish.header(name, value);
        }
        let sent = self.context.send_publish(message.subject, publish).await;
        sent.map_err(|error| failure::of_publish(&error, stream))
    }

    /// Answers deliveries, and sees to it that the answers leave.
    async fn answer<'a>(
        &self,
        answers: impl Iterator<Item = (&'a Delivery, String)>,
    ) -> Result<(), Error> {
        for (delivery, answer) in answers {
            let sent = self.client.publish(delivery.token.clone(), answer.into());
            sent.await
                .map_err(|error| Error::Unavailable(failure::text(&error)))?;
        }
        match tokio::time::timeout(TIMEOUT, self.client.flush()).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(Error::Unavailable(failure::text(&error))),
            Err(late) => Err(Error::Unavailable(failure::text(&late))),
        }
    }
}

impl Transport for JetStream {
    fn ensure_stream<'a>(
        &'a self,
        spec: &'a StreamSpec,
    ) -> BoxFuture<'a, Result<StreamState, Error>> {
        Box::pin(async move {
            self.check()?;
            let wanted = config::stream(spec);
            let info = self.context.create_or_update_stream(wanted.clone()).await;
            let info = info.map_err(|error| failure::of_stream(&error, &spec.name))?;
            config::compare_stream(&wanted, &info.config)?;
            Ok(state(&info))
        })
    }

    fn stream_state<'a>(
        &'a self,
        stream: &'a str,
    ) -> BoxFuture<'a, Result<Option<StreamState>, Error>> {
        Box::pin(async move {
            self.check()?;
            match self.context.get_stream(stream).await {
                Ok(found) => Ok(Some(state(found.cached_info()))),
                Err(error) => match failure::of_lookup(&error, stream) {
                    Error::Missing(_) => Ok(None),
                    error => Err(error),
                },
            }
        })
    }

    fn publish<'a>(
        &'a self,
        stream: &'a str,
        messages: Vec<Message>,
    ) -> BoxFuture<'a, Vec<Result<Ack, Error>>> {
        Box::pin(async move {
            let mut sent = Vec::with_capacity(messages.len());
            for message in messages {
                // All are on their way before the first answer is waited for.
                sent.push(match self.check() {
                    Ok(()) => self.send(stream, message).await,
                    Err(error) => Err(error),
                });
            }
            join_all(sent.into_iter().map(|sent| async move {
                let ack = sent?
                    .await
                    .map_err(|error| failure::of_publish(&error, stream))?;
                Ok(Ack {
                    sequence: ack.sequence,
                    duplicate: ack.duplicate,
                })
            }))
            .await
        })
    }

    fn ensure_consumer<'a>(&'a self, spec: &'a ConsumerSpec) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(async move {
            self.check()?;
            let wanted = config::consumer(spec);
            let made = self
                .context
                .create_consumer_on_stream(wanted.clone(), &spec.durable.stream)
                .await
                .map_err(|error| failure::of_consumer(&error, &spec.durable))?;
            config::compare_consumer(&spec.durable.name, &wanted, &made.cached_info().config)
        })
    }

    fn fetch<'a>(
        &'a self,
        durable: &'a Durable,
        max: usize,
        wait: Duration,
    ) -> BoxFuture<'a, Result<Vec<Delivery>, Error>> {
        Box::pin(async move {
            self.check()?;
            let mut puller = match self.take_puller(durable) {
                Some(puller) => puller,
                None => Puller::new(&self.client, &self.context, durable).await?,
            };
            let fetched = puller.fetch(max, wait).await;
            self.put_puller(durable, puller);
            fetched
        })
    }

    fn ack<'a>(&'a self, deliveries: &'a [&'a Delivery]) -> BoxFuture<'a, Result<(), Error>> {
        let answers = deliveries.iter().map(|it| (*it, "+ACK".to_owned()));
        Box::pin(self.answer(answers))
    }

    fn nak<'a>(
        &'a self,
        deliveries: &'a [(&'a Delivery, Duration)],
    ) -> BoxFuture<'a, Result<(), Error>> {
        let answers = deliveries.iter().map(|(it, delay)| {
            let delay = delay.as_nanos().max(1);
            (*it, format!(r#"-NAK {{"delay":{delay}}}"#))
        });
        Box::pin(self.answer(answers))
    }

    fn progress<'a>(&'a self, deliveries: &'a [&'a Delivery]) -> BoxFuture<'a, Result<(), Error>> {
        let answers = deliveries.iter().map(|it| (*it, "+WPI".to_owned()));
        Box::pin(self.answer(answers))
    }

    fn backlog<'a>(&'a self, durable: &'a Durable) -> BoxFuture<'a, Result<Backlog, Error>> {
        Box::pin(async move {
            self.check()?;
            let found: Result<Consumer<PullConfig>, _> = self
                .context
                .get_consumer_from_stream(&durable.name, &durable.stream)
                .await;
            let found = found.map_err(|error| failure::of_consumer(&error, durable))?;
            let info = found.cached_info();
            Ok(Backlog {
                pending: info.num_pending,
                in_flight: info.num_ack_pending as u64,
            })
        })
    }

    fn ping(&self) -> BoxFuture<'_, Result<(), Error>> {
        Box::pin(async move {
            self.check()?;
            let account = self.context.query_account().await;
            account.map_err(|error| Error::Unavailable(failure::text(&error)))?;
            Ok(())
        })
    }

    fn connection(&self) -> u64 {
        self.connections.count.load(Ordering::Relaxed)
    }
}

fn state(info: &Info) -> StreamState {
    StreamState {
        created_at: info.created,
        first_sequence: info.state.first_sequence,
        last_sequence: info.state.last_sequence,
    }
}
