//! Lists of people, and participants by what they are.

use std::collections::BTreeSet;

use ids::{CampaignId, PersonId};

use super::participant::{Participant, Status};

/// How a participant answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answered {
    Positive,
    Negative,
    Not,
}

/// Which participants of a campaign; nothing set for all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    pub statuses: Vec<Status>,
    pub answered: Option<Answered>,
}

/// Whoever any of its parts names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PeopleList {
    pub contacts: Vec<Participant>,
    pub persons: BTreeSet<PersonId>,
    pub from: Option<(CampaignId, Filter)>,
}

/// What became of a list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Summary {
    pub added: usize,
    pub known: usize,
    /// Left out: nothing is known of them here.
    pub unknown: Vec<PersonId>,
}

impl Summary {
    /// Counts `all` entries of which `new` were added.
    pub fn count(&mut self, all: usize, new: usize) {
        self.added += new;
        self.known += all.saturating_sub(new);
    }
}
