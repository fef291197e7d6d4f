//! What other rules would have decided: stored cases, decided again beside what was decided then.
//!
//! A case is looked at by itself: what the other rules would have made of the records before it is
//! not played through.

use serde::{Deserialize, Serialize};

use crate::{case::Case, explain::Explanation, model::Model};

/// A way in which the other rules decide otherwise. A decision may differ in several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// The record would be given to a person whom it was not given to, or persons would be merged
    /// who were not.
    WouldJoin,
    /// The record would not be given to the person who got it, or persons would not be merged who
    /// were.
    WouldPart,
    /// People would be asked who were not.
    WouldAsk,
    /// People would not be asked who were.
    WouldNoLongerAsk,
    /// None of these: other persons would be shown to people, or a record of nobody in particular
    /// would be somebody new's.
    Otherwise,
}

impl Change {
    /// All ways.
    pub const ALL: [Self; 5] = [
        Self::WouldJoin,
        Self::WouldPart,
        Self::WouldAsk,
        Self::WouldNoLongerAsk,
        Self::Otherwise,
    ];

    /// The ways in which one decision differs from another; none when it is the same.
    pub fn between<P: PartialEq>(then: &Explanation<P>, now: &Explanation<P>) -> Vec<Self> {
        let beyond = |of: &[P], other: &[P]| of.iter().any(|person| !other.contains(person));
        let (given, would) = (given(then), given(now));
        let (asked, asks) = (asked(then), asked(now));
        let mut changes: Vec<Self> = [
            (beyond(would, given), Self::WouldJoin),
            (beyond(given, would), Self::WouldPart),
            (asks && !asked, Self::WouldAsk),
            (asked && !asks, Self::WouldNoLongerAsk),
        ]
        .into_iter()
        .filter_map(|(differs, change)| differs.then_some(change))
        .collect();
        let is_other = then.verdict != now.verdict
            || beyond(&then.persons, &now.persons)
            || beyond(&now.persons, &then.persons);
        if changes.is_empty() && is_other {
            changes.push(Self::Otherwise);
        }
        changes
    }
}

/// The person to whom the record is given, and who is merged with him.
fn given<P>(explanation: &Explanation<P>) -> &[P] {
    if explanation.verdict == "same" {
        &explanation.persons
    } else {
        &[]
    }
}

fn asked<P>(explanation: &Explanation<P>) -> bool {
    explanation.verdict == "review"
}

/// A case that would be decided otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sample<I, P> {
    /// The caller's own identifier of the case.
    pub id: I,
    /// What was decided.
    pub then: Explanation<P>,
    /// What the other rules decide.
    pub now: Explanation<P>,
}

/// The cases that change in one way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed<I, P> {
    /// Which way.
    pub change: Change,
    /// How many cases.
    pub count: u64,
    /// The first ones.
    pub samples: Vec<Sample<I, P>>,
}

/// What came of a trial.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report<I, P> {
    /// Version and fingerprint of the rules that were tried.
    pub rules: String,
    /// Cases that were looked at.
    pub examined: u64,
    /// Cases that would be decided as they were: the same verdict about the same persons.
    pub unchanged: u64,
    /// All ways in which cases change, in the order of [`Change::ALL`].
    pub changed: Vec<Changed<I, P>>,
}

impl<I, P> Report<I, P> {
    /// How many cases change in one way.
    pub fn count(&self, change: Change) -> u64 {
        let changed = self.changed.iter().find(|one| one.change == change);
        changed.map_or(0, |changed| changed.count)
    }

    /// The first cases that change in one way.
    pub fn samples(&self, change: Change) -> &[Sample<I, P>] {
        let changed = self.changed.iter().find(|one| one.change == change);
        changed.map_or(&[], |changed| &changed.samples)
    }
}

/// Rules on trial. Keeps counts and the first samples, whatever the number of cases.
#[derive(Clone, Debug)]
pub struct Trial<'m, I, P> {
    model: &'m Model,
    samples_max: usize,
    report: Report<I, P>,
}

impl<'m, I: Clone, P: Copy + Ord> Trial<'m, I, P> {
    /// Puts rules on trial; of each kind of change at most `samples_max` cases are kept.
    pub fn new(model: &'m Model, samples_max: usize) -> Self {
        let changed = Change::ALL.map(|change| Changed {
            change,
            count: 0,
            samples: Vec::new(),
        });
        Self {
            model,
            samples_max,
            report: Report {
                rules: model.rules(),
                examined: 0,
                unchanged: 0,
                changed: changed.into(),
            },
        }
    }

    /// Goes on with the trial that a report tells of, by the same rules.
    pub fn resume(model: &'m Model, samples_max: usize, report: Report<I, P>) -> Self {
        Self {
            model,
            samples_max,
            report,
        }
    }

    /// Decides a case again, beside what was decided then.
    pub fn examine(&mut self, id: &I, case: &Case<P>, then: &Explanation<P>) {
        let now = case.explain(self.model);
        let changes = Change::between(then, &now);
        self.report.examined += 1;
        self.report.unchanged += u64::from(changes.is_empty());
        for changed in &mut self.report.changed {
            if !changes.contains(&changed.change) {
                continue;
            }
            changed.count += 1;
            if changed.samples.len() < self.samples_max {
                changed.samples.push(Sample {
                    id: id.clone(),
                    then: then.clone(),
                    now: now.clone(),
                });
            }
        }
    }

    /// What came of it so far.
    pub fn report(&self) -> &Report<I, P> {
        &self.report
    }

    /// What came of it.
    pub fn finish(self) -> Report<I, P> {
        self.report
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Change::{Otherwise, WouldAsk, WouldJoin, WouldNoLongerAsk, WouldPart};

    fn decided(verdict: &str, persons: &[u32]) -> Explanation<u32> {
        Explanation {
            rules: String::new(),
            verdict: verdict.to_owned(),
            persons: persons.to_vec(),
            record: String::new(),
            contacts: Vec::new(),
            probability_ppm: 0,
            threshold_ppm: 0,
            scores: Vec::new(),
        }
    }

    fn check(then: (&str, &[u32]), now: (&str, &[u32]), expected: &[Change]) {
        let changes = Change::between(&decided(then.0, then.1), &decided(now.0, now.1));
        assert_eq!(changes, expected, "{then:?} → {now:?}");
    }

    #[test]
    fn changes_are_told_by_what_they_do() {
        check(("new", &[]), ("new", &[]), &[]);
        check(("same", &[1]), ("same", &[1]), &[]);
        check(("new", &[]), ("same", &[1]), &[WouldJoin]);
        check(("same", &[1]), ("new", &[]), &[WouldPart]);
        check(("new", &[]), ("review", &[1]), &[WouldAsk]);
        check(("review", &[1]), ("unidentified", &[]), &[WouldNoLongerAsk]);
        check(
            ("review", &[1]),
            ("same", &[1]),
            &[WouldJoin, WouldNoLongerAsk],
        );
        check(("same", &[1]), ("review", &[1]), &[WouldPart, WouldAsk]);
        check(("same", &[1]), ("same", &[2]), &[WouldJoin, WouldPart]);
    }

    #[test]
    fn merges_are_changes_and_their_order_is_none() {
        check(("same", &[1]), ("same", &[1, 2]), &[WouldJoin]);
        check(("same", &[1, 2]), ("same", &[2]), &[WouldPart]);
        check(("same", &[1, 2]), ("same", &[2, 1]), &[]);
        check(("review", &[1, 2]), ("review", &[2, 1]), &[]);
        check(("review", &[1]), ("review", &[2]), &[Otherwise]);
        check(("new", &[]), ("unidentified", &[]), &[Otherwise]);
    }

    #[test]
    fn a_trial_is_resumed_from_its_report() {
        let model = Model::embedded().unwrap();
        let record: crate::record::Record = "|nora feld||||m+37126555142".parse().unwrap();
        let case: Case<u32> = Case::of(
            &record,
            &[],
            &crate::keys::Counts::new(),
            &crate::decide::Rulings::default(),
        );
        let told = case.explain(model);
        let mut whole = Trial::new(model, 1);
        whole.examine(&1, &case, &told);
        let half = whole.report().clone();
        whole.examine(&2, &case, &told);
        let mut resumed = Trial::resume(model, 1, half);
        resumed.examine(&2, &case, &told);
        assert_eq!(resumed.finish(), whole.finish());
    }
}
