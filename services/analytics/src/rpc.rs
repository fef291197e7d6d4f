//! The service as callers see it: each method decodes, has it done, and encodes.

mod csv;
pub mod log;
pub mod operations;
pub mod reports;

use std::sync::Arc;

use rpc::decode::Invalid;
use tonic::{Response, Status};

use crate::app::App;
use crate::error::Error;

type Answer<T> = Result<Response<T>, Status>;

/// Answers calls.
pub struct Rpc(pub Arc<App>);

impl From<Error> for Status {
    fn from(error: Error) -> Self {
        rpc::status("analytics", &error)
    }
}

fn read<T>(decoded: Result<T, Invalid>) -> Result<T, Error> {
    Ok(decoded?)
}

#[expect(clippy::unnecessary_wraps, reason = "it ends methods that may fail")]
fn answer<T>(message: T) -> Answer<T> {
    Ok(Response::new(message))
}
