//! The tables as sea-orm sees them.

pub(super) mod contract;
pub(super) mod contract_growth;
pub(super) mod contract_history;
pub(super) mod contract_version;
pub(super) mod end_reason;
pub(super) mod payment;
