//! Proto to domain and back.

mod decode;
mod encode;

pub(super) use self::{decode::*, encode::*};
