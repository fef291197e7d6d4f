//! Where a lead came from, as intake told it.

use std::collections::BTreeMap;

/// Kept as received and passed on: deals decides nothing by it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Source {
    pub channel: String,
    pub name: String,
    pub campaign_id: String,
    pub activity_id: String,
    pub partner_id: String,
    pub response_id: String,
    pub referrer: String,
    pub utm: BTreeMap<String, String>,
    pub referral_code: String,
}
