//! One module per table.

pub(super) mod consent;
pub(super) mod contract_copy;
pub(super) mod deal_copy;
pub(super) mod duplicate;
pub(super) mod duplicate_scan;
pub(super) mod organisation;
pub(super) mod person;
pub(super) mod person_lead;
pub(super) mod person_member;
pub(super) mod person_merge;
pub(super) mod service_case;
pub(super) mod timeline_entry;
pub(super) mod timeline_link;
