//! Whose a record is.

use crate::{
    compare::{self, Candidate, Comparison, Judged, Standing},
    keys::Counts,
    level::Bond,
    model::Model,
    record::Record,
};

/// Most persons that are shown together in a review.
const SHOWN_MAX: usize = 2;

/// What people decided about persons; the rules never overrule it.
#[derive(Clone, Debug)]
pub struct Rulings<P> {
    /// Pairs of persons that are different.
    pub apart: Vec<(P, P)>,
    /// Persons that the record is not.
    pub not: Vec<P>,
    /// The person that the record is.
    pub is: Option<P>,
}

impl<P> Default for Rulings<P> {
    fn default() -> Self {
        Self {
            apart: Vec::new(),
            not: Vec::new(),
            is: None,
        }
    }
}

/// Whose a record is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict<P> {
    /// A known person's.
    Same {
        /// Who.
        person: P,
        /// Known persons whom the record shows to be the same one.
        merges: Vec<P>,
    },
    /// Somebody new, unless a person decides that it is one of these.
    Review {
        /// The likeliest first.
        persons: Vec<P>,
    },
    /// Somebody's who was not seen before.
    New,
    /// Nobody's who can be told: no name, over a contact of several people or of none in
    /// particular.
    Unidentified,
}

/// A candidate with its score.
#[derive(Clone, Debug)]
pub struct Scored<P> {
    /// Who.
    pub person: P,
    /// How record and person compare.
    pub comparison: Comparison,
    /// The logarithm of the odds that they are one, to base 2.
    pub bits: f64,
    /// Names or rulings forbid it.
    pub forbidden: bool,
}

/// A verdict with what it rests on.
#[derive(Clone, Debug)]
pub struct Decision<'a, P> {
    /// Whose the record is.
    pub verdict: Verdict<P>,
    /// The record's contacts, judged.
    pub contacts: Vec<Judged<'a>>,
    /// The candidates, the likeliest first.
    pub ranking: Vec<Scored<P>>,
    /// The probability of the best person, against all others.
    pub probability: f64,
}

/// Decides from the record, the counts of its keys and the candidates that its keys show.
pub fn decide<'a, P: Copy + Ord>(
    model: &Model,
    record: &'a Record,
    candidates: &[Candidate<'a, P>],
    counts: &Counts,
    rulings: &Rulings<P>,
) -> Decision<'a, P> {
    let (contacts, comparisons) = compare::compare(record, candidates, counts);
    let mut ranking: Vec<(Scored<P>, &Candidate<'a, P>)> = candidates
        .iter()
        .zip(comparisons)
        .map(|(candidate, comparison)| {
            let scored = Scored {
                person: candidate.person,
                bits: model.score_bits(&comparison),
                forbidden: is_forbidden(&comparison) || rulings.not.contains(&candidate.person),
                comparison,
            };
            (scored, candidate)
        })
        .collect();
    // The likeliest first; of equals whoever was known first.
    ranking.sort_by(|(one, a), (other, b)| {
        one.forbidden
            .cmp(&other.forbidden)
            .then(other.bits.total_cmp(&one.bits))
            .then(a.person.cmp(&b.person))
    });
    let group = group(model, &ranking, rulings);
    let probability = probability(&ranking, group.len());
    let verdict = match (rulings.is, group.as_slice()) {
        (Some(person), _) => Verdict::Same {
            person,
            merges: Vec::new(),
        },
        (None, [person, merges @ ..]) if probability >= model.thresholds.same => Verdict::Same {
            person: *person,
            merges: merges.to_vec(),
        },
        _ => unsure(model, record, &contacts, &ranking),
    };
    Decision {
        verdict,
        contacts,
        ranking: ranking.into_iter().map(|(scored, _)| scored).collect(),
        probability,
    }
}

/// Names of two people, or two extensions of one line.
fn is_forbidden(comparison: &Comparison) -> bool {
    let bonded = matches!(comparison.bond, Bond::Both | Bond::Own);
    comparison.conflict.is_some() || (comparison.extensions_differ && !bonded)
}

/// The best person, and those who by the same record are the same person.
fn group<P: Copy + Ord>(
    model: &Model,
    ranking: &[(Scored<P>, &Candidate<'_, P>)],
    rulings: &Rulings<P>,
) -> Vec<P> {
    let mut members: Vec<&Candidate<'_, P>> = Vec::new();
    for (scored, candidate) in ranking {
        let likely = odds(scored.bits) / (1.0 + odds(scored.bits)) >= model.thresholds.same;
        let first = members.is_empty();
        let joins = members
            .iter()
            .all(|member| may_be_one(member, candidate, rulings));
        if !scored.forbidden && (first || (likely && joins)) {
            members.push(candidate);
        }
    }
    members.iter().map(|member| member.person).collect()
}

/// No name of one contradicts a name of the other, and nobody said that they are two.
fn may_be_one<P: Copy + Ord>(
    one: &Candidate<'_, P>,
    other: &Candidate<'_, P>,
    rulings: &Rulings<P>,
) -> bool {
    let apart = rulings
        .apart
        .iter()
        .any(|pair| *pair == (one.person, other.person) || *pair == (other.person, one.person));
    !apart && one.agrees_with(other)
}

/// The probability of the first `size` members of the ranking together, against all others and
/// somebody new.
fn probability<P>(ranking: &[(Scored<P>, &Candidate<'_, P>)], size: usize) -> f64 {
    let allowed = ranking.iter().filter(|(scored, _)| !scored.forbidden);
    let all: f64 = allowed.clone().map(|(scored, _)| odds(scored.bits)).sum();
    let members: f64 = allowed
        .take(size)
        .map(|(scored, _)| odds(scored.bits))
        .sum();
    members / (1.0 + all)
}

fn odds(bits: f64) -> f64 {
    bits.exp2()
}

fn unsure<P: Copy>(
    model: &Model,
    record: &Record,
    contacts: &[Judged<'_>],
    ranking: &[(Scored<P>, &Candidate<'_, P>)],
) -> Verdict<P> {
    let persons: Vec<P> = ranking
        .iter()
        .filter(|(scored, _)| {
            let threshold = if scored.forbidden {
                model.thresholds.doubt
            } else {
                model.thresholds.review
            };
            odds(scored.bits) / (1.0 + odds(scored.bits)) >= threshold
        })
        .map(|(scored, _)| scored.person)
        .take(SHOWN_MAX)
        .collect();
    if !persons.is_empty() {
        return Verdict::Review { persons };
    }
    let tells = |judged: &Judged<'_>| judged.standing == Standing::Own;
    if record.name.is_empty() && !contacts.iter().any(tells) {
        Verdict::Unidentified
    } else {
        Verdict::New
    }
}
