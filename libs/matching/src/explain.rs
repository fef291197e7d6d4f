//! Why a record was given to a person, or was not: plain values that can be stored and shown.
//!
//! Numbers are integers, so that what was stored and what is computed again are equal or are not.

mod text;

use serde::{Deserialize, Serialize};

use crate::{
    compare::Candidate,
    decide::{self, Decision, Rulings, Scored, Verdict},
    keys::Counts,
    model::Model,
    record::Record,
};

/// Most persons whose scores are told.
const PERSONS_MAX: usize = 3;

/// What a decision came to, and why. As JSON some hundred bytes: contacts and contributions are one
/// text each, and what is empty is left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation<P> {
    /// Version and fingerprint of the rules.
    pub rules: String,
    /// `same`, `review`, `new` or `unidentified`.
    pub verdict: String,
    /// The persons of the verdict: whose it is and who is the same, or who is to be reviewed.
    #[serde(default = "Vec::new", skip_serializing_if = "Vec::is_empty")]
    pub persons: Vec<P>,
    /// The record in the form by which it was compared.
    pub record: String,
    /// The record's contacts and what they are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contacts: Vec<JudgedContact>,
    /// Probability of the best person against all others, in millionths.
    pub probability_ppm: u32,
    /// Probability from which on it would be the person's, in millionths.
    pub threshold_ppm: u32,
    /// The likeliest persons.
    #[serde(default = "Vec::new", skip_serializing_if = "Vec::is_empty")]
    pub scores: Vec<Score<P>>,
}

/// A contact with its standing; stored as `own:+37126555142`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct JudgedContact {
    /// Canonical address or number.
    pub value: String,
    /// `own`, `line`, `shared`, `role` or `nobody`.
    pub standing: String,
}

/// How a person compares.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Score<P> {
    /// Who.
    pub person: P,
    /// The sum of the contributions, in thousandths of a bit.
    pub millibits: i64,
    /// Why the person is out of the question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bar: Option<String>,
    /// What was compared, how it came out and what it weighs; what weighs nothing is left out.
    pub contributions: Vec<Weight>,
}

/// What one comparison adds; stored as `own:same:8123`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Weight {
    /// What was compared.
    pub feature: String,
    /// How it came out.
    pub level: String,
    /// Thousandths of a bit.
    pub millibits: i64,
}

/// Explains a decision about a record.
pub fn explain<P: Copy>(
    model: &Model,
    record: &Record,
    decision: &Decision<'_, P>,
) -> Explanation<P> {
    Explanation {
        rules: model.rules(),
        verdict: decision.verdict.as_str().to_owned(),
        persons: persons(&decision.verdict),
        record: record.to_string(),
        contacts: decision
            .contacts
            .iter()
            .map(|judged| JudgedContact {
                value: judged.contact.value.clone(),
                standing: judged.standing.as_str().to_owned(),
            })
            .collect(),
        probability_ppm: ppm(decision.probability),
        threshold_ppm: ppm(model.thresholds.same),
        scores: decision
            .ranking
            .iter()
            .take(PERSONS_MAX)
            .map(|scored| score(model, scored))
            .collect(),
    }
}

/// Why two records are one person's, or are not: the decision about one of them, were the other
/// all that is known of anybody. The person is told as `()`.
pub fn why(model: &Model, record: &Record, other: &Record, counts: &Counts) -> Explanation<()> {
    let known = [Candidate::new((), vec![other])];
    let decision = decide::decide(model, record, &known, counts, &Rulings::default());
    explain(model, record, &decision)
}

fn persons<P: Copy>(verdict: &Verdict<P>) -> Vec<P> {
    match verdict {
        Verdict::Same { person, merges } => [*person].iter().chain(merges).copied().collect(),
        Verdict::Review { persons } => persons.clone(),
        Verdict::New | Verdict::Unidentified => Vec::new(),
    }
}

fn score<P: Copy>(model: &Model, scored: &Scored<P>) -> Score<P> {
    let contributions = model
        .contributions(&scored.comparison)
        .iter()
        .map(|contribution| Weight {
            feature: contribution.feature.to_owned(),
            level: contribution.level.to_owned(),
            millibits: milli(contribution.bits),
        })
        .filter(|weight| weight.millibits != 0)
        .collect();
    Score {
        person: scored.person,
        millibits: milli(scored.bits),
        bar: scored.bar.map(|bar| bar.as_str().to_owned()),
        contributions,
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "scores are some tens of bits"
)]
fn milli(bits: f64) -> i64 {
    (bits * 1_000.0).round() as i64
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a probability lies between 0 and 1"
)]
fn ppm(probability: f64) -> u32 {
    (probability * 1_000_000.0).round() as u32
}
