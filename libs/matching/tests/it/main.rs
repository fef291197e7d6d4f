//! Tests through the public API.
#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

mod identity;
mod stability;
