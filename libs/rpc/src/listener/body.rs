//! How large a request may be.

use axum::{
    Router,
    body::Body,
    extract::Request,
    middleware::{Next, from_fn},
    response::{IntoResponse, Response},
};
use http::{
    HeaderMap, StatusCode,
    header::{CONTENT_LENGTH, CONTENT_TYPE},
};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use tonic::Status;

use crate::failure::{Code, Failure, status};

#[derive(Debug, thiserror::Error)]
#[error("the request is larger than {most} bytes")]
struct TooLarge {
    most: usize,
}

impl Failure for TooLarge {
    fn code(&self) -> Code {
        Code::ResourceExhausted
    }

    fn reason(&self) -> &'static str {
        "BODY_TOO_LARGE"
    }
}

/// Refuses requests whose body has more than `most` bytes: all messages of a stream together.
///
/// A gRPC caller sees `RESOURCE_EXHAUSTED`, any other 413.
pub fn limit_body(router: Router, most: usize) -> Router {
    router.layer(from_fn(move |request: Request, next: Next| {
        limited(request, next, most)
    }))
}

async fn limited(request: Request, next: Next, most: usize) -> Response {
    let grpc = is_grpc(request.headers());
    if announced(request.headers()).is_some_and(|length| length > most) {
        return if grpc {
            refusal(most).into_http::<Body>()
        } else {
            StatusCode::PAYLOAD_TOO_LARGE.into_response()
        };
    }
    let request = request.map(|body| {
        let body = Limited::new(body, most);
        if grpc {
            Body::new(body.map_err(move |error| {
                if error.is::<LengthLimitError>() {
                    refusal(most).into()
                } else {
                    error
                }
            }))
        } else {
            Body::new(body)
        }
    });
    next.run(request).await
}

fn refusal(most: usize) -> Status {
    status("listener", &TooLarge { most })
}

fn announced(headers: &HeaderMap) -> Option<usize> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn is_grpc(headers: &HeaderMap) -> bool {
    headers
        .get(CONTENT_TYPE)
        .is_some_and(|value| value.as_bytes().starts_with(b"application/grpc"))
}
