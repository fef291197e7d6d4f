//! The way to another service, in this process or over the network.

use std::{
    error::Error,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use axum::Router;
use bytes::Bytes;
use futures::{FutureExt, future::BoxFuture};
use http::{HeaderMap, HeaderValue, Request, Response};
use hyper::body::{Frame, SizeHint};
use tokio::time::{Sleep, sleep, timeout};
use tonic::{Status, TimeoutExpired, body::Body, transport::Endpoint};
use tower::{Service, ServiceExt, service_fn, util::BoxCloneSyncService};

use crate::{
    deadline,
    identity::Identity,
    keys::{Keys, TOKEN_HEADER},
};

type BoxError = Box<dyn Error + Send + Sync>;

/// A service that does not begin to answer within this time is as good as away.
const DEFAULT_DEADLINE: Duration = Duration::from_secs(10);
/// A token need only outlive its call, which outlives no deadline by much.
const TOKEN_TTL: Duration = Duration::from_mins(1);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
const KEEP_ALIVE_INTERVAL: Duration = Duration::from_secs(20);
const KEEP_ALIVE_TIMEOUT: Duration = Duration::from_secs(10);

/// A transport for tonic's clients: `IntakeServiceClient::new(channel)`. Cheap to clone.
///
/// Every call carries the trace context, a deadline, and the token of whoever it is made for. A
/// call without a deadline of its own gets 10 seconds to the beginning of the answer, or what is
/// left to the call it is made for; the messages of a stream may take longer.
#[derive(Debug, Clone)]
pub struct Channel {
    inner: BoxCloneSyncService<Request<Body>, Response<Body>, BoxError>,
    credentials: Credentials,
    deadline: Duration,
}

#[derive(Debug, Clone)]
enum Credentials {
    None,
    Acting(Keys, Arc<Identity>),
    Token(HeaderValue),
}

/// The address of a service cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("service address `{url}` cannot be used")]
pub struct BadAddress {
    url: String,
    source: tonic::transport::Error,
}

impl Channel {
    /// A channel to a service in this process. The call runs within the caller's task.
    pub fn in_process(router: Router) -> Self {
        Self::over(BoxCloneSyncService::new(service_fn(
            move |request: Request<Body>| {
                let router = router.clone();
                async move {
                    let response = router.oneshot(request).await?;
                    Ok(response.map(Body::new))
                }
            },
        )))
    }

    /// A channel to `http://host:port`, connected when first used and again whenever it broke.
    ///
    /// Must be called within the runtime that the calls are made in.
    pub fn connect_lazy(url: &str) -> Result<Self, BadAddress> {
        let endpoint = Endpoint::from_shared(url.to_owned()).map_err(|source| BadAddress {
            url: url.to_owned(),
            source,
        })?;
        let channel = endpoint
            .connect_timeout(CONNECT_TIMEOUT)
            .tcp_nodelay(true)
            .http2_keep_alive_interval(KEEP_ALIVE_INTERVAL)
            .keep_alive_timeout(KEEP_ALIVE_TIMEOUT)
            .keep_alive_while_idle(true)
            .connect_lazy();
        Ok(Self::over(BoxCloneSyncService::new(
            channel.map_err(BoxError::from),
        )))
    }

    /// The same way, with calls made for `identity`. Each gets a token of its own.
    #[must_use]
    pub fn acting_as(mut self, keys: &Keys, identity: Identity) -> Self {
        self.credentials = Credentials::Acting(keys.clone(), Arc::new(identity));
        self
    }

    /// The same way, with a token that somebody else has made.
    #[must_use]
    pub fn with_token(mut self, token: &str) -> Self {
        // A token no header can hold is not left out: the call would pass as anyone's.
        let token = HeaderValue::try_from(token).unwrap_or(HeaderValue::from_static("not-a-token"));
        self.credentials = Credentials::Token(token);
        self
    }

    /// The same way, with another deadline for calls that set none.
    #[must_use]
    pub fn with_deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    fn over(inner: BoxCloneSyncService<Request<Body>, Response<Body>, BoxError>) -> Self {
        Self {
            inner,
            credentials: Credentials::None,
            deadline: DEFAULT_DEADLINE,
        }
    }

    fn sign(&self, headers: &mut HeaderMap) {
        let token = match &self.credentials {
            Credentials::None => return,
            Credentials::Token(token) => token.clone(),
            Credentials::Acting(keys, identity) => {
                match HeaderValue::try_from(keys.mint(identity, TOKEN_TTL)) {
                    Ok(token) => token,
                    Err(_) => return,
                }
            }
        };
        headers.insert(TOKEN_HEADER, token);
    }
}

impl Service<Request<Body>> for Channel {
    type Response = Response<Body>;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<Response<Body>, BoxError>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        let headers = request.headers_mut();
        let asked = deadline::read(headers);
        let wait = asked.unwrap_or(self.deadline);
        let wait = deadline::remaining().map_or(wait, |left| left.min(wait));
        deadline::write(headers, wait);
        telemetry::context::inject(headers);
        self.sign(headers);
        let answer = self.inner.call(request);
        async move {
            // A deadline the caller set itself holds for the whole answer, streams included.
            let whole = asked.map(|_| Box::pin(sleep(wait)));
            let answer = timeout(wait, answer).await.map_err(|_| too_late())?;
            let response = answer.map_err(in_our_words)?;
            Ok(match whole {
                Some(over) => response.map(|body| Body::new(Timed { body, over })),
                None => response,
            })
        }
        .boxed()
    }
}

/// An answer's body that fails when its time is over.
struct Timed {
    body: Body,
    over: Pin<Box<Sleep>>,
}

impl hyper::body::Body for Timed {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        match Pin::new(&mut self.body).poll_frame(context) {
            Poll::Pending if self.over.as_mut().poll(context).is_ready() => {
                self.body = Body::empty();
                Poll::Ready(Some(Err(too_late())))
            }
            polled => polled,
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// The network transport calls a deadline a cancellation when it is the first to see it.
fn in_our_words(error: BoxError) -> BoxError {
    let mut cause: Option<&(dyn Error + 'static)> = Some(&*error);
    while let Some(one) = cause {
        if one.is::<TimeoutExpired>() {
            return too_late().into();
        }
        cause = one.source();
    }
    error
}

fn too_late() -> Status {
    Status::deadline_exceeded("the service took too long to answer")
}
