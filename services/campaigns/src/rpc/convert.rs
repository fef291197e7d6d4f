//! Proto to domain and back.

mod decode;
mod encode;

pub(super) use self::{decode::*, encode::*};

/// An id as it is printed; empty for none.
pub(crate) fn printed(id: Option<impl ToString>) -> String {
    id.map(|id| id.to_string()).unwrap_or_default()
}
