//! Starting telemetry, once per process.

use std::{
    sync::{Mutex, OnceLock, PoisonError, mpsc},
    thread,
    time::Duration,
};

use opentelemetry::trace::TracerProvider as _;
use opentelemetry_sdk::{
    Resource,
    trace::{Sampler, SdkTracerProvider},
};
use tracing::level_filters::LevelFilter;
use tracing_subscriber::{Layer, layer::SubscriberExt};

use crate::{
    logs::{self, Format},
    metrics, otlp,
};

/// A process ends within 25 seconds of its signal; telemetry may have this much of them.
const FLUSH_AT_MOST: Duration = Duration::from_secs(3);

/// Held while telemetry starts, so that only one caller ever makes exporters.
static STARTING: Mutex<()> = Mutex::new(());
static TRACES: OnceLock<SdkTracerProvider> = OnceLock::new();

/// What telemetry needs to know.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Name of the service in traces and metrics.
    pub service: String,
    /// Version of the program.
    pub version: String,
    /// Which log lines are written, as `tracing` directives: `info,intake=debug`.
    pub filter: String,
    /// How a log line looks.
    pub format: Format,
    /// OTLP/gRPC endpoint (`http://collector:4317`). Nothing is exported without it.
    pub endpoint: Option<String>,
    /// Share of the traces begun here that are exported, 0 to 1. Ids exist for all of them.
    pub sample: f64,
    /// How often metrics are exported by OTLP.
    pub metrics_interval: Duration,
    /// How long one export may take.
    pub export_timeout: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            service: "tributary".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            filter: "info".to_owned(),
            format: Format::Auto,
            endpoint: None,
            sample: 1.0,
            metrics_interval: Duration::from_secs(30),
            export_timeout: Duration::from_secs(10),
        }
    }
}

/// Why telemetry cannot start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The log filter is not a list of directives.
    #[error("log filter `{filter}` is not understood")]
    Filter {
        /// The filter as given.
        filter: String,
        /// What is wrong with it.
        source: tracing_subscriber::filter::ParseError,
    },
    /// The sampled share is not between 0 and 1.
    #[error("sampled share {0} is not between 0 and 1")]
    Sample(f64),
    /// No exporter can be made for the endpoint.
    #[error("telemetry endpoint `{endpoint}` cannot be used")]
    Endpoint {
        /// The endpoint as given.
        endpoint: String,
        /// What is wrong with it.
        source: opentelemetry_otlp::ExporterBuildError,
    },
    /// The threads that export cannot be started.
    #[error("cannot start the exporter's threads")]
    Threads(#[source] std::io::Error),
}

/// Hands over what is still buffered when it is dropped. Keep it until the end of the process.
#[derive(Debug)]
#[must_use = "it flushes when dropped, which is of use at the end of the process alone"]
pub struct Guard(());

impl Guard {
    /// Exports what is buffered, within three seconds, and reports whether all of it left.
    pub fn flush(&self) -> bool {
        let (done, wait) = mpsc::channel();
        let flusher = thread::Builder::new()
            .name("telemetry-flush".to_owned())
            .spawn(move || {
                let traces = TRACES.get().is_none_or(|it| it.force_flush().is_ok());
                let _ = done.send(traces & metrics::flush());
            });
        flusher.is_ok() && wait.recv_timeout(FLUSH_AT_MOST).unwrap_or(false)
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.flush();
    }
}

/// Starts logs, traces and metrics for the whole process.
///
/// Only the first call has an effect, so that tests sharing a process may each call it. Start it
/// before the first instrument is made: an earlier one is exported as Prometheus text at most.
pub fn init(settings: &Settings) -> Result<Guard, Error> {
    let filter = logs::filter(&settings.filter)?;
    if !(0.0..=1.0).contains(&settings.sample) {
        return Err(Error::Sample(settings.sample));
    }
    let _starting = STARTING.lock().unwrap_or_else(PoisonError::into_inner);
    if TRACES.get().is_some() {
        return Ok(Guard(()));
    }
    let resource = Resource::builder_empty()
        .with_service_name(settings.service.clone())
        .with_attribute(opentelemetry::KeyValue::new(
            "service.version",
            settings.version.clone(),
        ))
        .build();
    let exporters = otlp::exporters(settings)?;
    let (spans, readings) = exporters.map_or((None, None), |(s, m)| (Some(s), Some(m)));
    metrics::install(resource.clone(), readings, settings.metrics_interval);

    let sampler = Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(settings.sample)));
    let mut traces = SdkTracerProvider::builder()
        .with_resource(resource)
        .with_sampler(sampler);
    if let Some(exporter) = spans {
        traces = traces.with_batch_exporter(exporter);
    }
    let traces = TRACES.get_or_init(|| traces.build());
    let layer = tracing_opentelemetry::layer()
        .with_tracer(traces.tracer("tributary"))
        .with_location(false)
        .with_threads(false)
        .with_target(false)
        // Nobody asks OpenTelemetry for the current context, and entering a span happens with every poll.
        .with_context_activation(false)
        .with_tracked_inactivity(false)
        // Spans are kept whatever the log filter says, or the trace would break at it.
        .with_filter(LevelFilter::INFO);
    let subscriber = tracing_subscriber::registry()
        .with(layer)
        .with(logs::layer(settings.format).with_filter(filter));
    // Refused only if a test harness has set its own subscriber, which then prevails.
    let _ = tracing::subscriber::set_global_default(subscriber);
    Ok(Guard(()))
}
