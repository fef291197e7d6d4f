//! An answer's body, watched for the code at its end.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use axum::body::Body;
use bytes::Bytes;
use hyper::body::{Frame, SizeHint};

use super::call::{Call, code_in};
use crate::failure::Code;

pub(super) struct Followed {
    body: Body,
    call: Call,
}

impl Followed {
    pub(super) fn new(body: Body, call: Call) -> Self {
        Self { body, call }
    }
}

impl hyper::body::Body for Followed {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let this = &mut *self;
        let span = this.call.span.clone();
        let _entered = span.enter();
        let polled = Pin::new(&mut this.body).poll_frame(context);
        match &polled {
            Poll::Pending => {}
            Poll::Ready(Some(Ok(frame))) => {
                if let Some(code) = frame.trailers_ref().and_then(code_in) {
                    this.call.end(code);
                }
            }
            // Without trailers it was no gRPC answer, or the stream broke.
            Poll::Ready(None | Some(Err(_))) => this.call.end(Code::Unknown),
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
