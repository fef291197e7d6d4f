//! The client's errors, sorted by what can be done about them.

use std::error::Error as StdError;

use async_nats::jetstream::{
    Error as Answer, ErrorCode,
    context::{
        CreateStreamError, CreateStreamErrorKind, GetStreamError, GetStreamErrorKind, PublishError,
        PublishErrorKind,
    },
    stream::{ConsumerError, ConsumerErrorKind},
};

use crate::transport::{Durable, Error};

/// An error with its causes.
pub(super) fn text(error: &dyn StdError) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

pub(super) fn of_publish(error: &PublishError, stream: &str) -> Error {
    match error.kind() {
        PublishErrorKind::StreamNotFound => Error::Missing(format!("stream {stream}")),
        PublishErrorKind::MaxPayloadExceeded => Error::Refused(text(error)),
        _ if refuses(error, ErrorCode::STREAM_MESSAGE_EXCEEDS_MAXIMUM) => {
            Error::Refused(text(error))
        }
        _ => Error::Unavailable(text(error)),
    }
}

pub(super) fn of_stream(error: &CreateStreamError, stream: &str) -> Error {
    match error.kind() {
        CreateStreamErrorKind::NotFound => Error::Missing(format!("stream {stream}")),
        CreateStreamErrorKind::JetStream(answer) => of_answer(&answer, stream),
        CreateStreamErrorKind::EmptyStreamName
        | CreateStreamErrorKind::InvalidStreamName
        | CreateStreamErrorKind::DomainAndExternalSet => Error::Refused(text(error)),
        CreateStreamErrorKind::JetStreamUnavailable
        | CreateStreamErrorKind::TimedOut
        | CreateStreamErrorKind::Response
        | CreateStreamErrorKind::ResponseParse => Error::Unavailable(text(error)),
    }
}

pub(super) fn of_lookup(error: &GetStreamError, stream: &str) -> Error {
    match error.kind() {
        GetStreamErrorKind::JetStream(answer) => of_answer(&answer, stream),
        GetStreamErrorKind::EmptyName | GetStreamErrorKind::InvalidStreamName => {
            Error::Refused(text(error))
        }
        GetStreamErrorKind::Request => Error::Unavailable(text(error)),
    }
}

pub(super) fn of_consumer(error: &ConsumerError, durable: &Durable) -> Error {
    match error.kind() {
        ConsumerErrorKind::JetStream(answer) => of_answer(&answer, &durable.name),
        ConsumerErrorKind::InvalidName | ConsumerErrorKind::InvalidConsumerType => {
            Error::Refused(text(error))
        }
        ConsumerErrorKind::TimedOut | ConsumerErrorKind::Request | ConsumerErrorKind::Other => {
            Error::Unavailable(text(error))
        }
    }
}

/// What the server itself said.
fn of_answer(answer: &Answer, name: &str) -> Error {
    match answer.error_code() {
        ErrorCode::STREAM_NOT_FOUND => Error::Missing(format!("stream for {name}")),
        ErrorCode::CONSUMER_NOT_FOUND => Error::Missing(format!("durable {name}")),
        // Client errors are answered like those of HTTP; the rest may pass.
        _ if (400..500).contains(&answer.code()) => Error::Refused(format!("{name}: {answer}")),
        _ => Error::Unavailable(format!("{name}: {answer}")),
    }
}

fn refuses(error: &PublishError, code: ErrorCode) -> bool {
    StdError::source(error)
        .and_then(|source| source.downcast_ref::<Answer>())
        .is_some_and(|answer| answer.error_code() == code)
}
