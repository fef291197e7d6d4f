//! What becomes of a message after an attempt to hand it over.
//!
//! A message is claimed, then its hand-over is committed, and only then does its text leave the
//! machine. A refused consent forbids sending: that is asked in the transaction that commits the
//! hand-over, `app::hand_over::write_down`, and makes the message `suppressed`.
//! Without a mail server, hand-over and answer are one step: `app::hand_over::catch`.

use std::time::Duration;

use clock::Timestamp;

use super::message::{Class, Purpose, State};

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The mail server took it.
    Accepted(String),
    /// The mail server will never take it.
    Rejected(String),
    /// It surely did not arrive, and may later.
    PutOff(String),
    /// The text was on its way when the connection broke: it may have arrived.
    Broken(String),
    /// It was not tried: the process stops.
    Released,
}

/// When things are tried again.
#[derive(Debug, Clone)]
pub(crate) struct Patience {
    /// Pauses after the first, second, … failure; the last one repeats.
    pub delays: Vec<Duration>,
    /// Pause before a message that may have arrived is sent again.
    pub resend: Duration,
}

/// What is to be written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Next {
    pub state: State,
    pub detail: String,
    /// For a message that is queued again.
    pub not_before: Option<Timestamp>,
}

impl Next {
    fn settled(state: State, detail: String) -> Self {
        Self {
            state,
            detail,
            not_before: None,
        }
    }

    fn again(at: Timestamp, detail: String) -> Self {
        Self {
            state: State::Queued,
            detail,
            not_before: Some(at),
        }
    }
}

/// What follows from an attempt, of which `attempts` were made by now.
pub(crate) fn after(
    outcome: Outcome,
    purpose: Purpose,
    attempts: i64,
    give_up_at: Timestamp,
    patience: &Patience,
    now: Timestamp,
) -> Next {
    match outcome {
        Outcome::Accepted(reply) => Next::settled(State::Accepted, reply),
        Outcome::Rejected(reply) => Next::settled(State::Rejected, reply),
        Outcome::Released => Next::again(now, String::new()),
        Outcome::PutOff(reason) => {
            let at = now + delay(&patience.delays, attempts);
            if at > give_up_at {
                return Next::settled(State::Rejected, format!("given up: {reason}"));
            }
            Next::again(at, reason)
        }
        Outcome::Broken(reason) => match purpose.class() {
            Class::AtMostOnce => Next::settled(State::Unknown, reason),
            Class::AtLeastOnce => Next::again(now + patience.resend, reason),
        },
    }
}

fn delay(delays: &[Duration], attempts: i64) -> Duration {
    let index = usize::try_from(attempts.saturating_sub(1)).unwrap_or(0);
    delays
        .get(index)
        .or(delays.last())
        .copied()
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use clock::Clock;

    use super::*;

    fn check(
        outcome: &Outcome,
        purpose: Purpose,
        attempts: i64,
        expected: State,
        wait: Option<u64>,
    ) {
        let now = Clock::system().now();
        let patience = Patience {
            delays: vec![Duration::from_secs(30), Duration::from_mins(2)],
            resend: Duration::from_secs(10),
        };
        let give_up_at = now + Duration::from_mins(1);
        let next = after(
            outcome.clone(),
            purpose,
            attempts,
            give_up_at,
            &patience,
            now,
        );
        assert_eq!(next.state, expected, "{outcome:?}");
        let at = wait.map(|seconds| now + Duration::from_secs(seconds));
        assert_eq!(next.not_before, at, "{outcome:?}");
    }

    #[test]
    fn each_outcome_has_its_consequence() {
        let reply = || "x".to_owned();
        check(
            &Outcome::Accepted(reply()),
            Purpose::Farewell,
            1,
            State::Accepted,
            None,
        );
        check(
            &Outcome::Rejected(reply()),
            Purpose::Reminder,
            1,
            State::Rejected,
            None,
        );
        check(
            &Outcome::PutOff(reply()),
            Purpose::Farewell,
            1,
            State::Queued,
            Some(30),
        );
        check(
            &Outcome::PutOff(reply()),
            Purpose::Reminder,
            2,
            State::Rejected,
            None,
        );
        check(
            &Outcome::PutOff(reply()),
            Purpose::Reminder,
            99,
            State::Rejected,
            None,
        );
        check(
            &Outcome::Broken(reply()),
            Purpose::Farewell,
            1,
            State::Unknown,
            None,
        );
        check(
            &Outcome::Broken(reply()),
            Purpose::Reminder,
            1,
            State::Queued,
            Some(10),
        );
        check(
            &Outcome::Released,
            Purpose::Farewell,
            0,
            State::Queued,
            Some(0),
        );
    }
}
