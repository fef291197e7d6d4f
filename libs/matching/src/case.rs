//! Everything that a decision rested on, in a form that can be stored: read back, it gives the same
//! explanation by the same rules, and shows what other rules would have decided.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{
    compare::Candidate,
    decide::{self, Decision, Rulings},
    explain::{self, Explanation},
    keys::{Counts, Lookup},
    model::Model,
    record::Record,
};

/// A stored case whose counts belong to other keys than its record has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the case holds {stored} counts, its record has {counted}")]
pub struct OtherKeys {
    stored: usize,
    counted: usize,
}

/// The inputs of a decision. As JSON about 100 bytes, and those of the candidates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    try_from = "Stored<P>",
    into = "Stored<P>",
    bound(serialize = "P: Clone + Serialize")
)]
pub struct Case<P> {
    record: Record,
    /// In the order of [`Lookup::counted`]; none at all when all are zero.
    counts: Vec<u32>,
    candidates: Vec<(P, Vec<Record>)>,
    rulings: Rulings<P>,
}

impl<P: Copy + Ord> Case<P> {
    /// The case of a decision from what it was made of. Rulings about persons who are not
    /// candidates bear on nothing and are left out.
    pub fn of(
        record: &Record,
        candidates: &[Candidate<'_, P>],
        counts: &Counts,
        rulings: &Rulings<P>,
    ) -> Self {
        let known = |person: &P| candidates.iter().any(|other| other.person == *person);
        let apart = rulings.apart.iter();
        let not = rulings.not.iter();
        Self {
            record: record.clone(),
            counts: in_order(record, counts),
            candidates: candidates.iter().map(owned).collect(),
            rulings: Rulings {
                apart: apart
                    .filter(|(one, other)| known(one) && known(other))
                    .copied()
                    .collect(),
                not: not.filter(|person| known(person)).copied().collect(),
                is: rulings.is,
            },
        }
    }

    /// The record that was decided about.
    pub fn record(&self) -> &Record {
        &self.record
    }

    /// The persons it was compared with, and their records.
    pub fn candidates(&self) -> &[(P, Vec<Record>)] {
        &self.candidates
    }

    /// What people had decided before.
    pub fn rulings(&self) -> &Rulings<P> {
        &self.rulings
    }

    /// Decides by the given rules.
    pub fn decide(&self, model: &Model) -> Decision<'_, P> {
        let candidates: Vec<Candidate<'_, P>> = self
            .candidates
            .iter()
            .map(|(person, records)| Candidate::new(*person, records.iter().collect()))
            .collect();
        let counted = Lookup::of(&self.record).counted().into_iter();
        let counts: Counts = counted.zip(self.counts.iter().copied()).collect();
        decide::decide(model, &self.record, &candidates, &counts, &self.rulings)
    }

    /// Decides by the given rules, and explains.
    pub fn explain(&self, model: &Model) -> Explanation<P> {
        explain::explain(model, &self.record, &self.decide(model))
    }
}

fn owned<P: Copy>(candidate: &Candidate<'_, P>) -> (P, Vec<Record>) {
    let records = candidate.records.iter().copied().cloned().collect();
    (candidate.person, records)
}

fn in_order(record: &Record, counts: &Counts) -> Vec<u32> {
    let counted = Lookup::of(record).counted();
    let counts = counted.iter().map(|key| counts.get(key).copied());
    let counts: Vec<u32> = counts.map(Option::unwrap_or_default).collect();
    if counts.iter().all(|count| *count == 0) {
        Vec::new()
    } else {
        counts
    }
}

/// The stored form: what is empty is left out.
#[derive(Serialize, Deserialize)]
struct Stored<P> {
    record: Record,
    #[serde(default = "Vec::new", skip_serializing_if = "Vec::is_empty")]
    counts: Vec<u32>,
    #[serde(default = "Vec::new", skip_serializing_if = "Vec::is_empty")]
    candidates: Vec<(P, Vec<Record>)>,
    #[serde(default = "Vec::new", skip_serializing_if = "Vec::is_empty")]
    apart: Vec<(P, P)>,
    #[serde(default = "Vec::new", skip_serializing_if = "Vec::is_empty")]
    not: Vec<P>,
    #[serde(default = "Option::default", skip_serializing_if = "Option::is_none")]
    is: Option<P>,
}

impl<P> From<Case<P>> for Stored<P> {
    fn from(case: Case<P>) -> Self {
        let Rulings { apart, not, is } = case.rulings;
        Self {
            record: case.record,
            counts: case.counts,
            candidates: case.candidates,
            apart,
            not,
            is,
        }
    }
}

impl<P> TryFrom<Stored<P>> for Case<P> {
    type Error = OtherKeys;

    fn try_from(stored: Stored<P>) -> Result<Self, OtherKeys> {
        let counted = Lookup::of(&stored.record).counted().len();
        if !stored.counts.is_empty() && stored.counts.len() != counted {
            return Err(OtherKeys {
                stored: stored.counts.len(),
                counted,
            });
        }
        Ok(Self {
            record: stored.record,
            counts: stored.counts,
            candidates: stored.candidates,
            rulings: Rulings {
                apart: stored.apart,
                not: stored.not,
                is: stored.is,
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        keys::{Key, Kind},
        record::Received,
    };

    fn record(name: &str, phone: &str) -> Record {
        Record::read(&Received {
            full_name: Some(name),
            phones: vec![phone],
            locale: Some("lv"),
            ..Received::default()
        })
    }

    #[test]
    fn a_case_keeps_what_bears_on_the_decision_and_no_more() {
        let (nora, peter) = (
            record("Nora Field", "+37126555142"),
            record("Peter Field", "+37126555142"),
        );
        let candidates = [
            Candidate::new(1, vec![&nora]),
            Candidate::new(2, vec![&peter]),
        ];
        let rulings = Rulings {
            apart: vec![(1, 2), (1, 9)],
            not: vec![2, 9],
            is: None,
        };
        let counts = Counts::from([(Key::everybody(), 2), (Key::of(Kind::Contact, "other"), 5)]);
        let case = Case::of(&nora, &candidates, &counts, &rulings);
        assert_eq!(case.rulings().apart, [(1, 2)]);
        assert_eq!(case.rulings().not, [2]);
        let json = serde_json::to_string(&case).unwrap();
        assert_eq!(
            json,
            r#"{"record":"|nora feld||||m+37126555142","counts":[0,0,0,0,0,2],"candidates":[[1,["|nora feld||||m+37126555142"]],[2,["|peter feld||||m+37126555142"]]],"apart":[[1,2]],"not":[2]}"#
        );
        assert_eq!(serde_json::from_str::<Case<i32>>(&json).unwrap(), case);
    }

    #[test]
    fn a_case_of_other_keys_is_refused() {
        for (counts, is_read) in [("[]", true), ("[1]", false), ("[0,0,0,0,0,2]", true)] {
            let json = format!(r#"{{"record":"|nora feld||||m+37126555142","counts":{counts}}}"#);
            let read = serde_json::from_str::<Case<i32>>(&json);
            assert_eq!(read.is_ok(), is_read, "{counts}: {read:?}");
        }
    }
}
