//! Logs, traces and metrics of a process, and the trace context that ties its work together.
//!
//! Logs go to standard output. Traces and metrics leave by OTLP when an endpoint is set; metrics
//! are always there as Prometheus text. Trace ids exist without any exporter, so that one id runs
//! from a request through the outbox and the broker to every consumer.

#![warn(missing_docs)]

pub mod context;
mod fields;
mod init;
mod logs;
mod metrics;
mod otlp;

pub use crate::{
    init::{Error, Guard, Settings, init},
    logs::Format,
    metrics::{meter, metrics_text},
};
