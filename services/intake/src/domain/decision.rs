//! Whose a record is: a decision of the matching over what is known.

use std::collections::BTreeSet;

use clock::Timestamp;
use ids::{IdentityId, SubmissionId};
use matching::{
    case::Case,
    decide::{self, Decision, Verdict},
    explain::{self, Explanation},
    model::Model,
    record::Record,
};

use super::identity::{Known, Review};

/// A decision of the matching.
#[derive(Debug)]
pub struct Decided {
    pub verdict: Verdict<IdentityId>,
    pub explanation: Explanation<IdentityId>,
    /// All that it rests on.
    pub case: Case<IdentityId>,
    /// Each person of a review with its own probability, in millionths.
    asked: Vec<(IdentityId, u32)>,
    barred: BTreeSet<IdentityId>,
}

/// Decides, with `also` among the candidates even if no key shows it.
pub fn decide(model: &Model, known: &Known, record: &Record, also: Option<IdentityId>) -> Decided {
    let found = known.look_up(record, also);
    let rulings = known.rulings();
    let decision = decide::decide(model, record, &found.candidates, &found.counts, &rulings);
    let persons: &[IdentityId] = match &decision.verdict {
        Verdict::Review { persons } => persons,
        _ => &[],
    };
    let barred = decision.ranking.iter().filter(|it| it.bar.is_some());
    Decided {
        asked: probabilities(&decision, persons),
        barred: barred.map(|scored| scored.person).collect(),
        explanation: explain::explain(model, record, &decision),
        case: Case::of(record, &found.candidates, &found.counts, &rulings),
        verdict: decision.verdict,
    }
}

/// How likely each of some persons is by itself, in millionths.
pub fn probabilities(
    decision: &Decision<'_, IdentityId>,
    persons: &[IdentityId],
) -> Vec<(IdentityId, u32)> {
    let ranking = decision.ranking.iter();
    ranking
        .filter(|scored| persons.contains(&scored.person))
        .map(|scored| (scored.person, explain::ppm(scored.probability())))
        .collect()
}

impl Decided {
    /// Of the best person against all others, in millionths.
    pub fn probability_ppm(&self) -> u32 {
        self.explanation.probability_ppm
    }

    /// Whether somebody is out of the question.
    pub fn is_barred(&self, person: IdentityId) -> bool {
        self.barred.contains(&person)
    }

    /// What people are asked about a new identity.
    pub fn reviews(
        &self,
        identity: IdentityId,
        submission: Option<SubmissionId>,
        now: Timestamp,
    ) -> impl Iterator<Item = Review> {
        let asked = self.asked.iter();
        asked.map(move |(other, ppm)| Review::open((identity, *other), submission, *ppm, now))
    }
}
