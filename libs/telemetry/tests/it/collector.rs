//! A collector that keeps what it receives.

use std::{
    sync::{Arc, Mutex, mpsc},
    thread,
};

use opentelemetry_proto::tonic::{
    collector::{
        metrics::v1::{
            ExportMetricsServiceRequest, ExportMetricsServiceResponse,
            metrics_service_server::{MetricsService, MetricsServiceServer},
        },
        trace::v1::{
            ExportTraceServiceRequest, ExportTraceServiceResponse,
            trace_service_server::{TraceService, TraceServiceServer},
        },
    },
    trace::v1::Span,
};
use tokio_stream::wrappers::TcpListenerStream;
use tonic::{Request, Response, Status, transport::Server};

#[derive(Clone, Default)]
pub(crate) struct Collector {
    traces: Arc<Mutex<Vec<ExportTraceServiceRequest>>>,
    metrics: Arc<Mutex<Vec<ExportMetricsServiceRequest>>>,
}

impl Collector {
    /// A collector on a thread of its own, and its endpoint.
    pub(crate) fn start() -> (Self, String) {
        let collector = Self::default();
        let served = collector.clone();
        let (ready, wait) = mpsc::channel();
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            runtime.unwrap().block_on(async move {
                let socket = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
                ready.send(socket.local_addr().unwrap()).unwrap();
                Server::builder()
                    .add_service(TraceServiceServer::new(served.clone()))
                    .add_service(MetricsServiceServer::new(served))
                    .serve_with_incoming(TcpListenerStream::new(socket))
                    .await
                    .unwrap();
            });
        });
        let address = wait.recv().unwrap();
        (collector, format!("http://{address}"))
    }

    pub(crate) fn spans(&self) -> Vec<Span> {
        let requests = self.traces.lock().unwrap();
        requests
            .iter()
            .flat_map(|request| &request.resource_spans)
            .flat_map(|resource| &resource.scope_spans)
            .flat_map(|scope| scope.spans.clone())
            .collect()
    }

    /// The names of the services that have sent traces.
    pub(crate) fn services(&self) -> Vec<String> {
        let requests = self.traces.lock().unwrap();
        requests
            .iter()
            .flat_map(|request| &request.resource_spans)
            .filter_map(|resource| resource.resource.as_ref())
            .flat_map(|resource| &resource.attributes)
            .filter(|attribute| attribute.key == "service.name")
            .map(|attribute| format!("{:?}", attribute.value))
            .collect()
    }

    pub(crate) fn metrics(&self) -> Vec<String> {
        let requests = self.metrics.lock().unwrap();
        requests
            .iter()
            .flat_map(|request| &request.resource_metrics)
            .flat_map(|resource| &resource.scope_metrics)
            .flat_map(|scope| &scope.metrics)
            .map(|metric| metric.name.clone())
            .collect()
    }
}

#[tonic::async_trait]
impl TraceService for Collector {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        self.traces.lock().unwrap().push(request.into_inner());
        Ok(Response::new(ExportTraceServiceResponse::default()))
    }
}

#[tonic::async_trait]
impl MetricsService for Collector {
    async fn export(
        &self,
        request: Request<ExportMetricsServiceRequest>,
    ) -> Result<Response<ExportMetricsServiceResponse>, Status> {
        self.metrics.lock().unwrap().push(request.into_inner());
        Ok(Response::new(ExportMetricsServiceResponse::default()))
    }
}
