//! One connection, from its first byte to its last call.

use std::{net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use axum::{Router, body::Body, extract::ConnectInfo};
use http::Request;
use hyper::{body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto::Builder,
};
use tokio::{
    net::TcpStream,
    sync::OwnedSemaphorePermit,
    time::{Instant, sleep},
};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use super::{Limits, first_bytes::Watched};

/// What all connections of a port have in common.
pub(super) struct Host {
    builder: Builder<TokioExecutor>,
    router: Router,
    first_bytes: Duration,
    age: Duration,
    grace: Duration,
    shutdown: CancellationToken,
}

impl Host {
    pub(super) fn new(router: Router, limits: &Limits, shutdown: CancellationToken) -> Self {
        let mut builder = Builder::new(TokioExecutor::new());
        builder
            .http1()
            .timer(TokioTimer::new())
            .header_read_timeout(limits.headers)
            .max_buf_size(usize::try_from(limits.headers_size).map_or(8_192, |it| it.max(8_192)));
        builder
            .http2()
            .timer(TokioTimer::new())
            .keep_alive_interval(limits.keep_alive)
            .keep_alive_timeout(limits.keep_alive_timeout)
            .max_concurrent_streams(limits.streams)
            .max_header_list_size(limits.headers_size)
            .enable_connect_protocol();
        Self {
            builder,
            router,
            first_bytes: limits.first_bytes,
            age: limits.connection_age,
            grace: limits.connection_grace,
            shutdown,
        }
    }

    /// Serves a connection to its end. Its slot stays taken as long as the socket is open.
    pub(super) async fn serve(
        self: Arc<Self>,
        stream: TcpStream,
        peer: SocketAddr,
        slot: OwnedSemaphorePermit,
    ) {
        // Without it a small answer may wait for the acknowledgement of the last; it only delays.
        let _ = stream.set_nodelay(true);
        let (stream, begun) = Watched::new(stream, slot);
        let service = service_fn(|request: Request<Incoming>| {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo(peer));
            self.router.clone().oneshot(request)
        });
        let connection = self
            .builder
            .serve_connection_with_upgrades(TokioIo::new(stream), service);
        let mut connection = pin!(connection);
        let mut first_bytes = pin!(sleep(self.first_bytes));
        let mut age = pin!(sleep(self.age_for(peer)));
        let (mut checked, mut ending, mut aged) = (false, false, false);
        loop {
            tokio::select! {
                result = connection.as_mut() => {
                    if let Err(error) = result {
                        tracing::debug!(error, "connection ended early");
                    }
                    return;
                }
                () = first_bytes.as_mut(), if !checked => {
                    if !begun.yet() {
                        tracing::debug!("connection stayed silent");
                        return;
                    }
                    checked = true;
                }
                () = self.shutdown.cancelled(), if !ending => {
                    ending = true;
                    connection.as_mut().graceful_shutdown();
                }
                () = age.as_mut() => {
                    if aged {
                        tracing::debug!("connection outlived its grace");
                        return;
                    }
                    aged = true;
                    connection.as_mut().graceful_shutdown();
                    age.as_mut().reset(Instant::now() + self.grace);
                }
            }
        }
    }

    /// Spread by the peer's port, so that connections made together do not all end together.
    fn age_for(&self, peer: SocketAddr) -> Duration {
        let percent = 90 + u32::from(peer.port() % 21);
        self.age * percent / 100
    }
}
