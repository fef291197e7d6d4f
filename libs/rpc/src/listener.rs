//! The door by which calls come in: one accept loop for HTTP/1 and HTTP/2 on one port.

mod body;
mod connection;
mod first_bytes;

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use axum::Router;
use futures::{FutureExt, future::BoxFuture};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    task::{JoinError, JoinSet},
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;

pub use self::body::limit_body;
use self::connection::Host;

/// How long to leave the socket alone when the process has no descriptors left.
const DESCRIPTOR_PAUSE: Duration = Duration::from_millis(250);

/// What a port bears.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Connections at a time; more wait in the kernel's queue.
    pub connections: usize,
    /// Time to the first bytes of a request, or to the end of the HTTP/2 preface.
    pub first_bytes: Duration,
    /// Time to the end of an HTTP/1 request's headers; a connection without a request ends too.
    pub headers: Duration,
    /// How much of headers a request may have, in bytes.
    pub headers_size: u32,
    /// Calls at a time on one HTTP/2 connection.
    pub streams: u32,
    /// How often a silent HTTP/2 connection is asked whether it is still there.
    pub keep_alive: Duration,
    /// How long it may take to say so.
    pub keep_alive_timeout: Duration,
    /// How old a connection gets before it is asked to end, give or take a tenth. It makes
    /// callers spread over new replicas.
    pub connection_age: Duration,
    /// How long it may take to end then.
    pub connection_grace: Duration,
    /// How long calls may take to end once the process shuts down.
    pub drain: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 2_000,
            first_bytes: Duration::from_secs(5),
            headers: Duration::from_secs(30),
            headers_size: 16 * 1_024,
            streams: 200,
            keep_alive: Duration::from_secs(20),
            keep_alive_timeout: Duration::from_secs(10),
            connection_age: Duration::from_mins(30),
            connection_grace: Duration::from_mins(5),
            drain: Duration::from_secs(20),
        }
    }
}

/// Serves `router` until `shutdown`, then lets the calls under way end within `limits.drain`.
///
/// Handlers find the peer as `ConnectInfo<SocketAddr>` among the request's extensions. An
/// upgraded connection (WebSocket) belongs to its handler, which watches for the shutdown itself.
///
/// # Errors
///
/// Only if the listening socket itself fails.
pub fn serve(
    listener: TcpListener,
    router: Router,
    limits: Limits,
    shutdown: CancellationToken,
) -> BoxFuture<'static, io::Result<()>> {
    let door = Door {
        listener,
        slots: Arc::new(Semaphore::new(limits.connections)),
        limits,
        troubled: false,
    };
    door.run(router, shutdown).boxed()
}

struct Door {
    listener: TcpListener,
    slots: Arc<Semaphore>,
    limits: Limits,
    /// Whether connections are being held up, so that it is logged once and not each time.
    troubled: bool,
}

impl Door {
    async fn run(mut self, router: Router, shutdown: CancellationToken) -> io::Result<()> {
        let host = Arc::new(Host::new(router, &self.limits, shutdown.clone()));
        let mut connections = JoinSet::new();
        loop {
            tokio::select! {
                biased;
                () = shutdown.cancelled() => break,
                Some(ended) = connections.join_next() => report(ended),
                accepted = self.accept() => {
                    let (stream, peer, slot) = accepted?;
                    connections.spawn(host.clone().serve(stream, peer, slot));
                }
            }
        }
        let Self {
            listener, limits, ..
        } = self;
        drop(listener);
        let drained = async {
            while let Some(ended) = connections.join_next().await {
                report(ended);
            }
        };
        if timeout(limits.drain, drained).await.is_err() {
            tracing::info!(left = connections.len(), "connections cut at shutdown");
            connections.shutdown().await;
        }
        Ok(())
    }

    /// The next connection, when there is room for one. Nothing is lost if it is dropped.
    async fn accept(&mut self) -> io::Result<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
        let slot = self.slot().await?;
        loop {
            match self.listener.accept().await {
                Ok((stream, peer)) => {
                    self.troubled = false;
                    return Ok((stream, peer, slot));
                }
                Err(error) => match after(&error) {
                    Next::Again => {}
                    Next::Pause => {
                        self.trouble("no descriptors left for connections");
                        sleep(DESCRIPTOR_PAUSE).await;
                    }
                    Next::End => return Err(error),
                },
            }
        }
    }

    async fn slot(&mut self) -> io::Result<OwnedSemaphorePermit> {
        if let Ok(slot) = self.slots.clone().try_acquire_owned() {
            return Ok(slot);
        }
        self.trouble("no room for more connections");
        let slot = self.slots.clone().acquire_owned().await;
        slot.map_err(io::Error::other)
    }

    fn trouble(&mut self, what: &'static str) {
        if !self.troubled {
            self.troubled = true;
            tracing::warn!(limit = self.limits.connections, "{what}");
        }
    }
}

/// What to do after a connection could not be accepted.
#[derive(Debug, PartialEq, Eq)]
enum Next {
    Again,
    Pause,
    End,
}

fn after(error: &io::Error) -> Next {
    /// Errors of the socket that no waiting mends: EBADF, EFAULT, EINVAL, ENOTSOCK, EOPNOTSUPP.
    const FATAL: [i32; 5] = [9, 14, 22, 88, 95];
    match error.kind() {
        // The connection was gone before it was accepted; that is its own affair.
        io::ErrorKind::ConnectionAborted
        | io::ErrorKind::ConnectionReset
        | io::ErrorKind::ConnectionRefused
        | io::ErrorKind::Interrupted => Next::Again,
        _ if error.raw_os_error().is_some_and(|it| FATAL.contains(&it)) => Next::End,
        // EMFILE, ENFILE, ENOBUFS, ENOMEM, or an error of the network beneath.
        _ => Next::Pause,
    }
}

fn report(ended: Result<(), JoinError>) {
    if let Err(error) = ended
        && error.is_panic()
    {
        tracing::error!(
            error = &error as &dyn std::error::Error,
            "connection panicked"
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(code: i32, expected: &Next) {
        let error = io::Error::from_raw_os_error(code);
        assert_eq!(&after(&error), expected, "{error}");
    }

    #[test]
    fn only_a_broken_socket_ends_the_loop() {
        // ECONNABORTED, ECONNRESET, EINTR
        for code in [103, 104, 4] {
            check(code, &Next::Again);
        }
        // EMFILE, ENFILE, ENOBUFS, ENOMEM
        for code in [24, 23, 105, 12] {
            check(code, &Next::Pause);
        }
        // EBADF, EINVAL
        for code in [9, 22] {
            check(code, &Next::End);
        }
    }
}
