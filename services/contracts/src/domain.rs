//! What a contract, its terms and its payments may do.

pub mod code;
pub mod contract;
pub mod kind;
pub mod money;
pub mod number;
pub mod payment;
pub mod template;
pub mod terms;
mod value;
