//! What a contract, its terms and its payments may do.

pub mod churn;
pub mod code;
pub mod contract;
pub mod kind;
pub mod money;
pub mod month;
pub mod number;
pub mod payment;
pub mod plan;
pub mod template;
pub mod terms;
mod value;
