//! Metrics: one provider for the process, read as Prometheus text and, if wished, by OTLP.

use std::{
    sync::{LazyLock, OnceLock},
    time::Duration,
};

use opentelemetry::{
    global,
    metrics::{Meter, MeterProvider},
};
use opentelemetry_otlp::MetricExporter;
use opentelemetry_sdk::{
    Resource,
    metrics::{Aggregation, Instrument, InstrumentKind, PeriodicReader, SdkMeterProvider, Stream},
};
use prometheus::{Registry, TextEncoder};

/// Bounds of histograms in milliseconds: fine where an answer is quick, up to a caller's patience.
const MILLISECONDS: [f64; 15] = [
    0.5, 1.0, 2.5, 5.0, 10.0, 25.0, 50.0, 100.0, 250.0, 500.0, 1_000.0, 2_500.0, 5_000.0, 10_000.0,
    30_000.0,
];

static REGISTRY: LazyLock<Registry> = LazyLock::new(Registry::new);
static PROVIDER: OnceLock<SdkMeterProvider> = OnceLock::new();

/// The meter all instruments are made with.
///
/// Names are written as they shall appear (`rpc_server_duration_ms`); a counter gets `_total`.
/// A histogram whose name ends in `_ms` gets bounds from half a millisecond to thirty seconds.
pub fn meter() -> Meter {
    provider(None).meter("tributary")
}

/// All metrics of the process in the Prometheus text format.
pub fn metrics_text() -> String {
    TextEncoder::new()
        .encode_to_string(&REGISTRY.gather())
        .unwrap_or_else(|error| {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "metrics cannot be encoded"
            );
            String::new()
        })
}

/// What the first `init` adds to the provider.
struct Export {
    resource: Resource,
    otlp: Option<(MetricExporter, Duration)>,
}

pub(crate) fn install(resource: Resource, exporter: Option<MetricExporter>, interval: Duration) {
    let otlp = exporter.map(|exporter| (exporter, interval));
    provider(Some(Export { resource, otlp }));
}

pub(crate) fn flush() -> bool {
    PROVIDER.get().is_none_or(|it| it.force_flush().is_ok())
}

fn provider(export: Option<Export>) -> &'static SdkMeterProvider {
    PROVIDER.get_or_init(|| {
        let provider = build(export);
        global::set_meter_provider(provider.clone());
        provider
    })
}

fn build(export: Option<Export>) -> SdkMeterProvider {
    let mut builder = SdkMeterProvider::builder().with_view(bounds);
    let reader = opentelemetry_prometheus::exporter()
        .with_registry(REGISTRY.clone())
        .without_units()
        .scope_info_enabled(false)
        .build();
    match reader {
        Ok(reader) => builder = builder.with_reader(reader),
        // The registry is ours and registered with once, so nothing can stand in the way.
        Err(error) => tracing::error!(
            error = &error as &dyn std::error::Error,
            "metrics cannot be read as prometheus text"
        ),
    }
    if let Some(Export { resource, otlp }) = export {
        builder = builder.with_resource(resource);
        if let Some((exporter, interval)) = otlp {
            let reader = PeriodicReader::builder(exporter).with_interval(interval);
            builder = builder.with_reader(reader.build());
        }
    }
    builder.build()
}

fn bounds(instrument: &Instrument) -> Option<Stream> {
    if instrument.kind() != InstrumentKind::Histogram || !instrument.name().ends_with("_ms") {
        return None;
    }
    let aggregation = Aggregation::ExplicitBucketHistogram {
        boundaries: MILLISECONDS.to_vec(),
        record_min_max: false,
    };
    Stream::builder().with_aggregation(aggregation).build().ok()
}
