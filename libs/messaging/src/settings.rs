//! Limits and times of streams, relay and consumers.

use std::time::Duration;

const MINUTE: Duration = Duration::from_mins(1);
const DAY: Duration = Duration::from_hours(24);

/// How messages are kept, published and retried. Every field has a default that suits production.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Messages stay in the broker for so long.
    pub stream_max_age: Duration,
    /// How long the broker remembers message ids.
    pub duplicate_window: Duration,
    /// Copies of a stream in a cluster.
    pub replicas: usize,
    /// Events published in one round.
    pub relay_batch: u64,
    /// A relay that died leaves its events to another one after so long.
    pub relay_lease: Duration,
    /// While callers queue for commits ([`Outbox::rush`](crate::Outbox::rush)), events wait so long
    /// at most.
    pub rush_delay: Duration,
    /// How often the stream is compared with what was published.
    pub check_interval: Duration,
    /// Published events stay in the outbox for so long, and can be published again.
    pub horizon: Duration,
    /// Deliveries handled in one transaction, if all succeed.
    pub batch: usize,
    /// A delivery not settled for so long goes to another worker. Longer work renews it.
    pub ack_wait: Duration,
    /// Deliveries of one durable that are not settled, those waiting for a delay included.
    pub max_in_flight: u32,
    /// How long one request to the broker waits for messages.
    pub fetch_wait: Duration,
    /// Delays before the next attempts; after the last the delivery is parked.
    pub retry_delays: Vec<Duration>,
    /// How often a consumer looks for parked messages that shall be retried.
    pub parked_poll: Duration,
    /// Handled events are remembered for so long. Longer than a message can come again: it is
    /// published within `horizon` and stays for `stream_max_age`.
    pub inbox_horizon: Duration,
    /// At the end, deliveries in work get so long to finish.
    pub stop_grace: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            stream_max_age: DAY * 30,
            duplicate_window: MINUTE * 15,
            replicas: 1,
            relay_batch: 512,
            relay_lease: Duration::from_secs(5),
            rush_delay: Duration::from_secs(10),
            check_interval: Duration::from_secs(30),
            horizon: DAY * 14,
            batch: 256,
            ack_wait: MINUTE,
            max_in_flight: 50_000,
            fetch_wait: Duration::from_secs(1),
            retry_delays: [1, 5, 30, 300, 1_800].map(Duration::from_secs).to_vec(),
            parked_poll: Duration::from_secs(1),
            inbox_horizon: DAY * 60,
            stop_grace: Duration::from_secs(2),
        }
    }
}
