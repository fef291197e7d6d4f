//! An organisation of the client base.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use ids::{OrganisationId, StaffId};

use super::text;

/// An organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organisation {
    pub id: OrganisationId,
    pub revision: i64,
    pub details: Details,
    pub client: bool,
    pub recorded_at: DateTime<Utc>,
}

/// What staff may change.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Details {
    pub name: String,
    pub emails: Vec<String>,
    pub phones: Vec<String>,
    pub category: String,
    pub tags: Vec<String>,
    pub attributes: BTreeMap<String, String>,
    pub responsible: Option<StaffId>,
}

impl Organisation {
    pub fn new(id: OrganisationId, details: Details, now: DateTime<Utc>) -> Self {
        Self {
            id,
            revision: 1,
            details,
            client: false,
            recorded_at: now,
        }
    }

    /// Replaces the details; `false` if they are as they were.
    pub fn change(&mut self, details: Details) -> bool {
        let changed = self.details != details;
        if changed {
            self.details = details;
            self.revision += 1;
        }
        changed
    }

    /// Notes that it has a contract; `false` if that was known.
    pub fn become_client(&mut self) -> bool {
        let changed = !self.client;
        if changed {
            self.client = true;
            // Another category was chosen by staff and stays.
            if matches!(self.details.category.as_str(), "" | "prospect") {
                "client".clone_into(&mut self.details.category);
            }
            self.revision += 1;
        }
        changed
    }

    /// All that it may be found by, folded.
    pub fn search(&self) -> String {
        let details = &self.details;
        let parts = std::iter::once(&details.name)
            .chain(&details.emails)
            .chain(&details.phones)
            .chain(&details.tags)
            .chain(details.attributes.values());
        parts
            .map(|part| text::folded(part))
            .collect::<Vec<_>>()
            .join(" ")
    }
}
