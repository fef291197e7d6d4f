//! The layer around a service's methods: who calls, may it, how long, and how did it end.

use std::{
    convert::Infallible,
    mem,
    panic::AssertUnwindSafe,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use axum::{body::Body, extract::Request, response::Response};
use futures::{FutureExt, future::BoxFuture};
use http::HeaderMap;
use tokio::time::{Instant, timeout_at};
use tower::{Layer, Service};
use tracing::Instrument;

use super::{Denied, Policy, call::Call};
use crate::{
    deadline,
    failure::{Code, Failure, status},
    identity::Identity,
    keys::{Keys, TOKEN_HEADER},
};

/// A caller that sets no deadline, or a longer one, has its answer within this time or none.
const LONGEST_CALL: Duration = Duration::from_secs(30);

/// Lets a call through to the service if the policy admits its caller.
///
/// The request then carries the caller's [`Identity`]. The layer also opens the span of the call
/// within the caller's trace, measures it, ends it at its deadline, and turns a panic into an
/// internal error of that call alone.
#[derive(Debug, Clone)]
pub struct AccessLayer {
    access: Arc<Access>,
}

/// A service that only admitted calls reach.
#[derive(Debug, Clone)]
pub struct Guarded<S> {
    inner: S,
    access: Arc<Access>,
}

#[derive(Debug, Clone)]
struct Access {
    policy: Policy,
    keys: Keys,
    open: Vec<&'static str>,
    longest: Duration,
}

/// The guarded service, ready for one request.
type Next = Box<dyn FnOnce(Request) -> BoxFuture<'static, Result<Response, Infallible>> + Send>;

/// A call that was let through and came to nothing.
#[derive(Debug, thiserror::Error)]
enum Failed {
    #[error("the call took too long")]
    TooLong,
    #[error("the handler panicked")]
    Panicked,
}

impl Failure for Failed {
    fn code(&self) -> Code {
        match self {
            Self::TooLong => Code::DeadlineExceeded,
            Self::Panicked => Code::Internal,
        }
    }

    fn reason(&self) -> &'static str {
        match self {
            Self::TooLong => "DEADLINE_EXCEEDED",
            Self::Panicked => "HANDLER_PANICKED",
        }
    }
}

impl AccessLayer {
    /// A layer that admits by `policy` those whom a token of `keys` speaks for.
    pub fn new(policy: Policy, keys: Keys) -> Self {
        let access = Access {
            policy,
            keys,
            open: Vec::new(),
            longest: LONGEST_CALL,
        };
        Self {
            access: Arc::new(access),
        }
    }

    /// Admits everybody to paths that begin with `prefix`: `/grpc.health.v1.Health/`.
    #[must_use]
    pub fn open(mut self, prefix: &'static str) -> Self {
        Arc::make_mut(&mut self.access).open.push(prefix);
        self
    }

    /// Sets how long a caller may have to wait for an answer, whatever deadline it sets itself.
    ///
    /// A stream's messages may come later than that.
    #[must_use]
    pub fn longest_call(mut self, longest: Duration) -> Self {
        Arc::make_mut(&mut self.access).longest = longest;
        self
    }
}

impl<S> Layer<S> for AccessLayer {
    type Service = Guarded<S>;

    fn layer(&self, inner: S) -> Guarded<S> {
        Guarded {
            inner,
            access: self.access.clone(),
        }
    }
}

impl<S> Service<Request> for Guarded<S>
where
    S: Service<Request, Response = Response, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send + 'static,
{
    type Response = Response;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response, Infallible>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        // The service that was found ready is the one to be called; its clone need not be.
        let clone = self.inner.clone();
        let mut inner = mem::replace(&mut self.inner, clone);
        let next: Next = Box::new(move |request| inner.call(request).boxed());
        let access = self.access.clone();
        async move { Ok(access.pass(request, next).await) }.boxed()
    }
}

impl Access {
    async fn pass(&self, mut request: Request, next: Next) -> Response {
        let path = request.uri().path();
        let open = self.open.iter().copied().find(|it| path.starts_with(it));
        let admitted = self.admit(path, request.headers(), open.is_some());
        let method = open.or_else(|| self.policy.known(path));
        let kind = admitted.as_ref().map_or("refused", Identity::kind);
        let call = Call::begin(method.unwrap_or("unknown"), kind, request.headers());
        let response = match admitted {
            Err(denied) => {
                call.span
                    .in_scope(|| tracing::info!(reason = denied.reason(), "call refused"));
                status("access", &denied).into_http()
            }
            Ok(identity) => {
                request.extensions_mut().insert(identity);
                let answer = self.answer(request, next);
                answer.instrument(call.span.clone()).await
            }
        };
        call.follow(response)
    }

    fn admit(&self, path: &str, headers: &HeaderMap, open: bool) -> Result<Identity, Denied> {
        let identity = self.identify(headers);
        if open {
            return Ok(identity.unwrap_or_default());
        }
        let identity = identity?;
        self.policy.check(path, &identity)?;
        Ok(identity)
    }

    fn identify(&self, headers: &HeaderMap) -> Result<Identity, Denied> {
        let mut tokens = headers.get_all(TOKEN_HEADER).iter();
        let Some(token) = tokens.next() else {
            return Ok(Identity::Anyone);
        };
        // Two tokens are two answers to who is calling: somebody has added one on the way.
        if tokens.next().is_some() {
            return Err(Denied::Invalid);
        }
        let token = token.to_str().map_err(|_| Denied::Invalid)?;
        Ok(self.keys.verify(token)?)
    }

    async fn answer(&self, request: Request, next: Next) -> Response {
        let asked = deadline::read(request.headers()).unwrap_or(self.longest);
        let deadline = Instant::now() + asked.min(self.longest);
        let work = AssertUnwindSafe(async move { next(request).await }).catch_unwind();
        match deadline::scope(deadline, timeout_at(deadline, work)).await {
            Ok(Ok(Ok(response))) => response,
            Ok(Ok(Err(never))) => match never {},
            Ok(Err(_panic)) => refusal(&Failed::Panicked),
            Err(_elapsed) => refusal(&Failed::TooLong),
        }
    }
}

fn refusal(failed: &Failed) -> Response {
    status("access", failed).into_http::<Body>()
}
