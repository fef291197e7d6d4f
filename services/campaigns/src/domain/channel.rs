//! Figures of a channel for a span of days.

use chrono::{DateTime, Utc};
use ids::{CampaignId, FiguresId};

use super::{
    money::Money,
    removed::{Removed, change, remove},
};

/// Most people, clicks or requests of one entry.
pub const MAX_COUNT: i64 = 1_000_000_000_000;

/// Figures as recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelFigures {
    pub id: FiguresId,
    pub revision: i64,
    pub entry: Entry,
    pub removed: bool,
    pub recorded_at: DateTime<Utc>,
}

/// What staff may change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub campaign: Option<CampaignId>,
    pub channel: String,
    /// First day.
    pub starts_at: DateTime<Utc>,
    /// Day after the last one.
    pub ends_at: DateTime<Utc>,
    pub reach: i64,
    pub clicks: i64,
    pub requests: i64,
    /// Absent when the costs of a campaign hold it.
    pub cost: Option<Money>,
}

impl ChannelFigures {
    pub fn new(id: FiguresId, entry: Entry, now: DateTime<Utc>) -> Self {
        Self {
            id,
            revision: 1,
            entry,
            removed: false,
            recorded_at: now,
        }
    }

    /// Replaces the entry; `false` if it is as it was.
    pub fn change(&mut self, entry: Entry) -> Result<bool, Removed> {
        change(self.removed, &mut self.revision, &mut self.entry, entry)
    }

    /// Takes the figures out; `false` if they are out already.
    pub fn remove(&mut self) -> bool {
        remove(&mut self.removed, &mut self.revision)
    }
}
