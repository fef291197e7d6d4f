//! A merge: the statement that two records are one person. It can be taken back.

use chrono::{DateTime, Utc};
use ids::{MergeBatchId, MergeId, PersonId, StaffId};

use super::{duplicate::Pair, identity::Identity};

/// A person has no more records than this: a card is made of all of them.
pub const MOST_MEMBERS: usize = 100;

/// A merge, in force or taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merge {
    pub id: MergeId,
    /// Counts up over all merges.
    pub revision: i64,
    pub kept: PersonId,
    pub joined: PersonId,
    pub note: String,
    pub by: Option<StaffId>,
    /// Of the scan that made it by itself.
    pub batch: Option<MergeBatchId>,
    pub at: DateTime<Utc>,
    /// `None` while in force.
    pub split: Option<Split>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Split {
    pub by: Option<StaffId>,
    pub at: DateTime<Utc>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CannotMerge {
    #[error("{0} and {1} are one person already")]
    AlreadyOne(PersonId, PersonId),
    #[error("somebody said that {} and {} are two", .0.one, .0.other)]
    KeptApart(Pair),
    #[error("the person would have more than {MOST_MEMBERS} records")]
    TooLarge,
}

impl Merge {
    /// Whether the two records may become one person. `apart` are pairs that
    /// somebody said are two.
    pub fn check(
        &self,
        kept: &Identity,
        joined: &Identity,
        apart: &[Pair],
        override_split: bool,
    ) -> Result<(), CannotMerge> {
        if kept.has(self.joined) {
            return Err(CannotMerge::AlreadyOne(self.kept, self.joined));
        }
        if kept.members.len() + joined.members.len() > MOST_MEMBERS {
            return Err(CannotMerge::TooLarge);
        }
        let parts = |pair: &&Pair| {
            kept.has(pair.one) && joined.has(pair.other)
                || kept.has(pair.other) && joined.has(pair.one)
        };
        match apart.iter().find(parts) {
            Some(pair) if !override_split => Err(CannotMerge::KeptApart(*pair)),
            _ => Ok(()),
        }
    }

    pub fn in_force(&self) -> bool {
        self.split.is_none()
    }

    /// Takes the merge back; `false` if it was before.
    pub fn split(&mut self, by: Option<StaffId>, now: DateTime<Utc>, revision: i64) -> bool {
        let changed = self.in_force();
        if changed {
            self.split = Some(Split { by, at: now });
            self.revision = revision;
        }
        changed
    }

    pub fn pair(&self) -> Pair {
        Pair::new(self.kept, self.joined)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Persons in order of their ids.
    pub(crate) fn persons<const N: usize>() -> [PersonId; N] {
        std::array::from_fn(|_| PersonId::generate())
    }

    pub(crate) fn merge(kept: PersonId, joined: PersonId) -> Merge {
        Merge {
            id: MergeId::generate(),
            revision: 1,
            kept,
            joined,
            note: String::new(),
            by: None,
            batch: None,
            at: DateTime::UNIX_EPOCH,
            split: None,
        }
    }

    /// Whom merges that were taken back keep apart.
    pub(crate) fn apart(merges: &[Merge]) -> Vec<Pair> {
        let past = merges.iter().filter(|merge| !merge.in_force());
        past.map(Merge::pair).collect()
    }

    fn check(new: &Merge, merges: &[Merge], override_split: bool) -> Result<(), CannotMerge> {
        let kept = Identity::of(new.kept, merges);
        let joined = Identity::of(new.joined, merges);
        new.check(&kept, &joined, &apart(merges), override_split)
    }

    #[test]
    fn who_is_one_already_is_not_merged_again() {
        let [a, b, c] = persons();
        let merges = [merge(a, b), merge(b, c)];
        let refused = Err(CannotMerge::AlreadyOne(c, a));
        assert_eq!(check(&merge(c, a), &merges, true), refused);
        let refused = Err(CannotMerge::AlreadyOne(a, a));
        assert_eq!(check(&merge(a, a), &[], true), refused, "itself");
    }

    #[test]
    fn who_was_kept_apart_is_merged_only_on_a_word() {
        let [a, b, c, d] = persons();
        let mut merges = vec![merge(a, b)];
        assert!(merges[0].split(None, DateTime::UNIX_EPOCH, 2));
        assert!(!merges[0].split(None, DateTime::UNIX_EPOCH, 3), "twice");
        assert_eq!(merges[0].revision, 2);
        let refused = Err(CannotMerge::KeptApart(Pair::new(a, b)));
        assert_eq!(check(&merge(b, a), &merges, false), refused);
        assert_eq!(check(&merge(b, a), &merges, true), Ok(()));
        // Not by way of others either.
        merges.extend([merge(a, c), merge(b, d)]);
        assert_eq!(check(&merge(c, d), &merges, false), refused);
    }

    #[test]
    fn a_person_has_a_limited_number_of_records() {
        let members: [PersonId; MOST_MEMBERS + 1] = persons();
        let mut merges = Vec::new();
        for pair in members.windows(2).take(MOST_MEMBERS - 1) {
            let new = merge(pair[0], pair[1]);
            assert_eq!(check(&new, &merges, false), Ok(()));
            merges.push(new);
        }
        let new = merge(members[0], members[MOST_MEMBERS]);
        assert_eq!(check(&new, &merges, false), Err(CannotMerge::TooLarge));
    }
}
