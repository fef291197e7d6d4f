//! Which records are one person: all that merges in force connect.

use std::collections::{BTreeMap, BTreeSet};

use ids::PersonId;

use super::merge::Merge;

/// The records that are one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The oldest record: ids are made in order of time.
    pub canonical: PersonId,
    pub members: BTreeSet<PersonId>,
}

impl Identity {
    /// All that `person` is connected with. Merges that were taken back connect nothing.
    pub fn of<'a>(person: PersonId, merges: impl IntoIterator<Item = &'a Merge>) -> Self {
        let near = neighbours(merges);
        let mut members = BTreeSet::from([person]);
        let mut canonical = person;
        let mut frontier = vec![person];
        while let Some(at) = frontier.pop() {
            for &next in near.get(&at).into_iter().flatten() {
                if members.insert(next) {
                    canonical = canonical.min(next);
                    frontier.push(next);
                }
            }
        }
        Self { canonical, members }
    }

    pub fn has(&self, person: PersonId) -> bool {
        self.members.contains(&person)
    }

    /// What a merge makes of the two.
    #[must_use]
    pub fn with(&self, other: &Self) -> Self {
        Self {
            canonical: self.canonical.min(other.canonical),
            members: self.members.union(&other.members).copied().collect(),
        }
    }
}

fn neighbours<'a>(
    merges: impl IntoIterator<Item = &'a Merge>,
) -> BTreeMap<PersonId, Vec<PersonId>> {
    let mut near: BTreeMap<PersonId, Vec<PersonId>> = BTreeMap::new();
    for merge in merges.into_iter().filter(|merge| merge.in_force()) {
        near.entry(merge.kept).or_default().push(merge.joined);
        near.entry(merge.joined).or_default().push(merge.kept);
    }
    near
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::merge::tests::{merge, persons};

    #[test]
    fn an_identity_is_all_that_merges_in_force_connect() {
        let [a, b, c, d] = persons();
        let mut merges = [merge(c, b), merge(b, a), merge(d, c)];
        for person in [a, b, c, d] {
            let identity = Identity::of(person, &merges);
            assert_eq!(identity.canonical, a);
            assert_eq!(identity.members, BTreeSet::from([a, b, c, d]));
        }
        assert!(merges[0].split(None, chrono::DateTime::UNIX_EPOCH, 9));
        assert_eq!(
            Identity::of(b, &merges).members,
            BTreeSet::from([a, b]),
            "one link alone ends"
        );
        assert_eq!(Identity::of(d, &merges).canonical, c);
    }

    #[test]
    fn a_person_of_no_merge_is_its_own_identity() {
        let [a, b, c, _] = persons();
        let identity = Identity::of(a, &[merge(b, c)]);
        assert_eq!(identity.canonical, a);
        assert_eq!(identity.members, BTreeSet::from([a]));
    }
}
