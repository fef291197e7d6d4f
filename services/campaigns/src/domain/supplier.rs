//! An organisation that supplies a campaign, and the contacts with it.

use chrono::{DateTime, Utc};
use ids::{CampaignId, InteractionId, OrganisationId, StaffId};

use super::removed::{Removed, change, remove};

/// A supplier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Supplier {
    pub organisation: OrganisationId,
    pub campaign: CampaignId,
    pub revision: i64,
    pub entry: Entry,
    pub removed: bool,
    pub added_at: DateTime<Utc>,
}

/// What staff may change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub name: String,
    pub role: String,
    pub note: String,
}

/// A contact with a supplier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interaction {
    pub id: InteractionId,
    pub campaign: CampaignId,
    pub organisation: OrganisationId,
    pub kind: String,
    pub inbound: bool,
    pub result: String,
    pub at: DateTime<Utc>,
    pub by: Option<StaffId>,
}

impl Supplier {
    pub fn new(
        campaign: CampaignId,
        organisation: OrganisationId,
        entry: Entry,
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            organisation,
            campaign,
            revision: 1,
            entry,
            removed: false,
            added_at: now,
        }
    }

    /// Replaces the entry; `false` if it is as it was.
    pub fn change(&mut self, entry: Entry) -> Result<bool, Removed> {
        change(self.removed, &mut self.revision, &mut self.entry, entry)
    }

    /// Takes it out; `false` if it is out already.
    pub fn remove(&mut self) -> bool {
        remove(&mut self.removed, &mut self.revision)
    }

    /// Takes it in again as told; `false` if it was not out.
    pub fn restore(&mut self, entry: Entry) -> bool {
        let changed = self.removed;
        if changed {
            self.removed = false;
            self.entry = entry;
            self.revision += 1;
        }
        changed
    }
}
