//! Whose a record is: the rules of the decision.

use crate::{
    compare::{self, Candidate, Comparison, Judged, Standing},
    keys::Counts,
    level::{Bond, NameLevel},
    model::Model,
    record::Record,
};

/// Most persons that are shown together in a review.
const SHOWN_MAX: usize = 2;

/// What people decided; the rules never overrule it.
#[derive(Clone, Debug, PartialEq, Eq)]
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

impl<P> Verdict<P> {
    /// Stable name.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Same { .. } => "same",
            Self::Review { .. } => "review",
            Self::New => "new",
            Self::Unidentified => "unidentified",
        }
    }
}

/// Why a person is out of the question, whatever the score.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bar {
    /// The names are two people's.
    Names(NameLevel),
    /// Two extensions of one line, and no other contact in common.
    Extensions,
    /// A person decided that they are two.
    Ruling,
}

impl Bar {
    /// Stable name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Names(NameLevel::Relative) => "relative",
            Self::Names(NameLevel::FatherDiffers) => "father_differs",
            Self::Names(_) => "unlike",
            Self::Extensions => "extensions",
            Self::Ruling => "ruling",
        }
    }
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
    /// Why they cannot be one.
    pub bar: Option<Bar>,
}

impl<P> Scored<P> {
    /// The odds that record and person are one, were there nobody else.
    fn odds(&self) -> f64 {
        self.bits.exp2()
    }

    /// The probability that goes with the odds.
    pub fn probability(&self) -> f64 {
        self.odds() / (1.0 + self.odds())
    }
}

/// A verdict with what it rests on.
#[derive(Clone, Debug)]
pub struct Decision<'a, P> {
    /// Whose the record is.
    pub verdict: Verdict<P>,
    /// The record's contacts, judged.
    pub contacts: Vec<Judged<'a>>,
    /// The candidates: those that are possible before those that are barred, the likeliest first.
    pub ranking: Vec<Scored<P>>,
    /// The probability of the best person, with those who are the same, against all others.
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
    let household = is_household(candidates, &comparisons);
    let mut ranked: Vec<Ranked<'_, 'a, P>> = candidates
        .iter()
        .zip(comparisons)
        .map(|(candidate, comparison)| Ranked {
            candidate,
            scored: Scored {
                person: candidate.person,
                bits: model.score_bits(&comparison),
                bar: bar(candidate.person, &comparison, household, rulings),
                comparison,
            },
        })
        .collect();
    ranked.sort_by(Ranked::order);
    let group = group(model, &ranked, rulings);
    let probability = probability(&ranked, &group);
    let verdict = match (rulings.is, group.as_slice()) {
        (Some(person), _) => Verdict::Same {
            person,
            merges: Vec::new(),
        },
        (None, [person, merges @ ..]) if probability >= model.thresholds.same => Verdict::Same {
            person: *person,
            merges: merges.to_vec(),
        },
        _ => unsure(model, record, &contacts, &ranked),
    };
    Decision {
        verdict,
        contacts,
        ranking: ranked.into_iter().map(|ranked| ranked.scored).collect(),
        probability,
    }
}

/// A candidate on its way through the decision.
struct Ranked<'c, 'a, P> {
    candidate: &'c Candidate<'a, P>,
    scored: Scored<P>,
}

impl<P: Copy + Ord> Ranked<'_, '_, P> {
    /// Possible before barred, the likeliest first; of equals whoever was known first.
    fn order(&self, other: &Self) -> std::cmp::Ordering {
        let barred = self.scored.bar.is_some().cmp(&other.scored.bar.is_some());
        barred
            .then(other.scored.bits.total_cmp(&self.scored.bits))
            .then(self.scored.person.cmp(&other.scored.person))
    }

    /// No name of one contradicts the other's, and nobody said that they are two.
    ///
    /// In lists of addresses a name may be wrong as a whole: there the addresses have decided.
    fn may_be(&self, other: &Self, rulings: &Rulings<P>) -> bool {
        let (one, two) = (self.scored.person, other.scored.person);
        let apart = rulings
            .apart
            .iter()
            .any(|pair| *pair == (one, two) || *pair == (two, one));
        let listed = |ranked: &Self| ranked.scored.comparison.bond == Bond::Addressed;
        !apart && ((listed(self) && listed(other)) || self.candidate.agrees_with(other.candidate))
    }
}

fn bar<P: Copy + Ord>(
    person: P,
    comparison: &Comparison,
    household: bool,
    rulings: &Rulings<P>,
) -> Option<Bar> {
    let bonded = matches!(comparison.bond, Bond::Both | Bond::Own);
    let listed = comparison.bond == Bond::Addressed && !household;
    let unlike = comparison
        .conflict
        .filter(|level| !listed || *level == NameLevel::FatherDiffers);
    if rulings.not.contains(&person) {
        Some(Bar::Ruling)
    } else if let Some(level) = unlike {
        Some(Bar::Names(level))
    } else if comparison.extensions_differ && !bonded {
        Some(Bar::Extensions)
    } else {
        None
    }
}

/// Two known persons of unlike names share the address: there, only a name tells who it is.
fn is_household<P>(candidates: &[Candidate<'_, P>], comparisons: &[Comparison]) -> bool {
    let there: Vec<&Candidate<'_, P>> = candidates
        .iter()
        .zip(comparisons)
        .filter(|(_, comparison)| comparison.address.is_one_house())
        .map(|(candidate, _)| candidate)
        .collect();
    there.iter().enumerate().any(|(index, one)| {
        let mut later = there.iter().skip(index + 1);
        later.any(|other| !one.agrees_with(other))
    })
}

/// The best person, and those who by the same record are the same person.
fn group<P: Copy + Ord>(
    model: &Model,
    ranked: &[Ranked<'_, '_, P>],
    rulings: &Rulings<P>,
) -> Vec<P> {
    let mut members: Vec<&Ranked<'_, '_, P>> = Vec::new();
    for one in ranked.iter().filter(|one| one.scored.bar.is_none()) {
        let likely = one.scored.probability() >= model.thresholds.same;
        let joins = likely && members.iter().all(|member| member.may_be(one, rulings));
        if members.is_empty() || joins {
            members.push(one);
        }
    }
    members.iter().map(|member| member.scored.person).collect()
}

/// The probability of a group, against all others and somebody new.
fn probability<P: Copy + Ord>(ranked: &[Ranked<'_, '_, P>], group: &[P]) -> f64 {
    let possible = ranked
        .iter()
        .map(|ranked| &ranked.scored)
        .filter(|scored| scored.bar.is_none());
    let all: f64 = possible.clone().map(Scored::odds).sum();
    let members: f64 = possible
        .filter(|scored| group.contains(&scored.person))
        .map(Scored::odds)
        .sum();
    members / (1.0 + all)
}

fn unsure<P: Copy + Ord>(
    model: &Model,
    record: &Record,
    contacts: &[Judged<'_>],
    ranked: &[Ranked<'_, '_, P>],
) -> Verdict<P> {
    let persons: Vec<P> = ranked
        .iter()
        .map(|ranked| &ranked.scored)
        .filter(|scored| match scored.bar {
            None => scored.probability() >= model.thresholds.review,
            Some(Bar::Names(_)) => scored.probability() >= model.thresholds.doubt,
            Some(Bar::Extensions | Bar::Ruling) => false,
        })
        .map(|scored| scored.person)
        .take(SHOWN_MAX)
        .collect();
    let own = |judged: &Judged<'_>| judged.standing == Standing::Own;
    if !persons.is_empty() {
        Verdict::Review { persons }
    } else if record.name.is_empty() && !contacts.iter().any(own) {
        Verdict::Unidentified
    } else {
        Verdict::New
    }
}
