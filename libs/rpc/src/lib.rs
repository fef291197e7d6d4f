//! Calls between our processes: who calls whom, what a failure says, and the door they come in by.

#![warn(missing_docs)]

pub mod access;
mod channel;
mod deadline;
pub mod decode;
mod failure;
mod identity;
mod keys;
pub mod listener;
pub mod page;

pub use crate::{
    access::AccessLayer,
    channel::{BadAddress, Channel},
    deadline::remaining,
    failure::{Code, Explanation, Failure, Violation, code_name, explain, status},
    identity::{Identity, Role, identity},
    keys::{Keys, ShortSecret, TOKEN_HEADER, TokenError},
};
