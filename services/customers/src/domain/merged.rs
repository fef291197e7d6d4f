//! A person seen as one over all its records. A view: made when it is asked for, never stored.

use std::collections::BTreeMap;

use ids::{LeadId, PersonId};

use super::person::Person;

/// What all records of a person tell, each value with the records that bear it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Merged {
    pub names: Vec<Value>,
    pub emails: Vec<Value>,
    pub phones: Vec<Value>,
    pub tags: Vec<Value>,
    pub leads: Vec<(LeadId, PersonId)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value {
    pub text: String,
    pub persons: Vec<PersonId>,
}

impl Merged {
    /// Of the records of one person, oldest first, and of the leads of each.
    pub fn new(members: &[Person], leads: &BTreeMap<PersonId, Vec<LeadId>>) -> Self {
        let mut merged = Self::default();
        for person in members {
            let details = &person.details;
            add(
                &mut merged.names,
                person.id,
                std::slice::from_ref(&details.full_name),
            );
            add(&mut merged.emails, person.id, &details.emails);
            add(&mut merged.phones, person.id, &details.phones);
            add(&mut merged.tags, person.id, &details.tags);
            let linked = leads.get(&person.id).into_iter().flatten();
            merged.leads.extend(linked.map(|&lead| (lead, person.id)));
        }
        merged
    }
}

fn add(values: &mut Vec<Value>, person: PersonId, told: &[String]) {
    for text in told.iter().filter(|text| !text.is_empty()) {
        match values.iter_mut().find(|known| known.text == *text) {
            Some(known) if known.persons.last() == Some(&person) => {}
            Some(known) => known.persons.push(person),
            None => values.push(Value {
                text: text.clone(),
                persons: vec![person],
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;
    use crate::domain::{
        identity::Identity,
        merge::{
            Merge,
            tests::{apart, merge, persons},
        },
        person::Details,
    };

    /// Promise F18.
    const SEEDS: u64 = 1_000;
    const STEPS: u64 = 40;
    const PERSONS: usize = 6;

    #[derive(Debug, Clone)]
    enum Step {
        Merge(Merge),
        /// Of the merge with this number.
        Split(usize),
        Edit(usize, Details),
        Link(usize, LeadId),
    }

    /// A client base in memory.
    #[derive(Clone)]
    struct World {
        persons: Vec<Person>,
        leads: BTreeMap<PersonId, Vec<LeadId>>,
        merges: Vec<Merge>,
    }

    impl World {
        fn new(ids: [PersonId; PERSONS]) -> Self {
            let person = |id| Person::new(id, Details::default(), DateTime::UNIX_EPOCH);
            Self {
                persons: ids.into_iter().map(person).collect(),
                leads: BTreeMap::new(),
                merges: Vec::new(),
            }
        }

        /// Whether the step has an effect.
        fn take(&mut self, step: &Step, revision: i64) -> bool {
            match step {
                Step::Edit(at, details) => self.persons[*at].change(details.clone()),
                Step::Split(at) => self.merges[*at].split(None, DateTime::UNIX_EPOCH, revision),
                Step::Link(at, lead) => {
                    let person = &mut self.persons[*at];
                    person.links_changed();
                    self.leads.entry(person.id).or_default().push(*lead);
                    true
                }
                Step::Merge(new) => {
                    let kept = Identity::of(new.kept, &self.merges);
                    let joined = Identity::of(new.joined, &self.merges);
                    let agreed = new.check(&kept, &joined, &apart(&self.merges), revision % 2 == 0);
                    self.merges.extend(agreed.is_ok().then(|| new.clone()));
                    agreed.is_ok()
                }
            }
        }

        /// Everything that can be seen of every person.
        fn seen(&self) -> Vec<(Person, Identity, Merged)> {
            let seen = |person: &Person| {
                let identity = Identity::of(person.id, &self.merges);
                let members = self.persons.iter();
                let members = members.filter(|it| identity.has(it.id));
                let members: Vec<Person> = members.cloned().collect();
                let merged = Merged::new(&members, &self.leads);
                (person.clone(), identity, merged)
            };
            self.persons.iter().map(seen).collect()
        }
    }

    /// Numbers that depend on the seed alone (`SplitMix64`).
    struct Dice(u64);

    impl Dice {
        fn below(&mut self, limit: usize) -> usize {
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = self.0;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            usize::try_from((z ^ (z >> 31)) % limit as u64).unwrap()
        }

        fn step(&mut self, world: &World) -> Step {
            let one = self.below(PERSONS);
            match self.below(10) {
                0..=3 => {
                    let other = self.below(PERSONS);
                    Step::Merge(merge(world.persons[one].id, world.persons[other].id))
                }
                4..=6 if !world.merges.is_empty() => Step::Split(self.below(world.merges.len())),
                7 => Step::Link(one, LeadId::generate()),
                _ => Step::Edit(one, self.details()),
            }
        }

        fn details(&mut self) -> Details {
            Details {
                full_name: format!("Name {}", self.below(4)),
                emails: vec![format!("{}@example.org", self.below(4))],
                phones: vec![format!("+3712000000{}", self.below(4))],
                tags: vec![format!("tag {}", self.below(4))],
                ..Details::default()
            }
        }
    }

    /// The same steps as if the merge with this number had never been.
    fn without(at: usize, ids: [PersonId; PERSONS], steps: &[(Step, i64)]) -> World {
        let mut world = World::new(ids);
        let mut merged = 0;
        for (step, revision) in steps {
            let step = match step {
                Step::Merge(_) => {
                    merged += 1;
                    if merged == at + 1 {
                        continue;
                    }
                    step.clone()
                }
                Step::Split(of) if *of == at => continue,
                Step::Split(of) if *of > at => Step::Split(of - 1),
                _ => step.clone(),
            };
            assert!(
                world.take(&step, *revision),
                "{step:?} depends on the merge"
            );
        }
        world
    }

    #[test]
    fn a_merge_that_was_taken_back_leaves_no_trace_whatever_came_between() {
        let mut compared = 0;
        for seed in 0..SEEDS {
            let (mut dice, ids) = (Dice(seed), persons());
            let (mut world, mut steps) = (World::new(ids), Vec::new());
            for revision in 0..i64::try_from(STEPS).unwrap() {
                let step = dice.step(&world);
                if world.take(&step, revision) {
                    steps.push((step, revision));
                }
            }
            for at in (0..world.merges.len()).filter(|&at| !world.merges[at].in_force()) {
                let never = without(at, ids, &steps);
                assert_eq!(world.seen(), never.seen(), "seed {seed}, merge {at}");
                compared += 1;
            }
        }
        assert!(compared > 2_000, "only {compared} splits in all seeds");
    }

    #[test]
    fn a_split_puts_back_what_was_seen_before_the_merge() {
        for seed in 0..SEEDS {
            let (mut dice, ids) = (Dice(seed), persons());
            let mut world = World::new(ids);
            for revision in 0..i64::try_from(STEPS).unwrap() {
                let before = world.clone();
                let step = dice.step(&world);
                if world.take(&step, revision) && matches!(step, Step::Merge(_)) {
                    let mut back = world.clone();
                    assert!(back.take(&Step::Split(before.merges.len()), revision));
                    assert_eq!(back.seen(), before.seen(), "seed {seed}");
                    assert_ne!(back.seen(), world.seen(), "seed {seed}: a merge shows");
                }
            }
        }
    }

    #[test]
    fn values_of_several_records_are_told_once_with_all_who_bear_them() {
        let [a, b] = persons();
        let person = |id, emails: &[&str]| {
            let details = Details {
                emails: emails.iter().map(|&it| it.to_owned()).collect(),
                ..Details::default()
            };
            Person::new(id, details, DateTime::UNIX_EPOCH)
        };
        let members = [
            person(a, &["x@a.org", "x@a.org"]),
            person(b, &["y@b.org", "x@a.org"]),
        ];
        let merged = Merged::new(&members, &BTreeMap::new());
        let value = |text: &str, persons: &[PersonId]| Value {
            text: text.to_owned(),
            persons: persons.to_vec(),
        };
        assert_eq!(
            merged.emails,
            [value("x@a.org", &[a, b]), value("y@b.org", &[b])]
        );
        assert!(merged.names.is_empty(), "an empty name is none");
    }
}
