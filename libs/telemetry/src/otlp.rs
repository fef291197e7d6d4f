//! The exporters to an OpenTelemetry collector.

use std::sync::OnceLock;

use opentelemetry_otlp::{ExporterBuildError, MetricExporter, SpanExporter, WithExportConfig};
use tokio::runtime::{Builder, Runtime};

use crate::{Error, Settings};

/// Exporters run on a runtime of their own: a flush at exit may then block its caller, whatever
/// runtime that is on, and still get its data out. A static, since a runtime must not be dropped
/// inside another.
static RUNTIME: OnceLock<Runtime> = OnceLock::new();

pub(crate) fn exporters(
    settings: &Settings,
) -> Result<Option<(SpanExporter, MetricExporter)>, Error> {
    let Some(endpoint) = &settings.endpoint else {
        return Ok(None);
    };
    let _entered = runtime()?.enter();
    build(endpoint, settings)
        .map(Some)
        .map_err(|source| Error::Endpoint {
            endpoint: endpoint.clone(),
            source,
        })
}

fn build(
    endpoint: &str,
    settings: &Settings,
) -> Result<(SpanExporter, MetricExporter), ExporterBuildError> {
    let spans = SpanExporter::builder()
        .with_tonic()
        .with_endpoint(endpoint)
        .with_timeout(settings.export_timeout)
        .build()?;
    let metrics = MetricExporter::builder()
        .with_tonic()
        .with_endpoint(endpoint)
        .with_timeout(settings.export_timeout)
        .build()?;
    Ok((spans, metrics))
}

fn runtime() -> Result<&'static Runtime, Error> {
    let runtime = Builder::new_multi_thread()
        .worker_threads(1)
        .thread_name("telemetry")
        .enable_all()
        .build()
        .map_err(Error::Threads)?;
    Ok(RUNTIME.get_or_init(|| runtime))
}
