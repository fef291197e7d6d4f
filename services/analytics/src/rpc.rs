//! The service as callers see it.

mod csv;
pub mod reports;

use tonic::Status;

use crate::error::Error;

impl From<Error> for Status {
    fn from(error: Error) -> Self {
        rpc::status("analytics", &error)
    }
}
