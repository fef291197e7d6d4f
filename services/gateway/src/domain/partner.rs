//! A partner: an outside company that sends leads.

use clock::Timestamp;
use ids::PartnerId;

/// A partner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Partner {
    pub(crate) id: PartnerId,
    pub(crate) revision: i64,
    pub(crate) name: String,
    pub(crate) active: bool,
    pub(crate) recorded_at: Timestamp,
}
