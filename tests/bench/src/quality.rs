//! How well decided persons agree with labelled ones.

use std::collections::{HashMap, HashSet};

/// One lead: whose it is by label, and by decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assigned {
    /// By label.
    pub label: usize,
    /// By decision.
    pub person: usize,
}

/// Agreement over pairs of leads.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pairs {
    /// Pairs of one label.
    pub labelled: usize,
    /// Pairs of one decided person.
    pub decided: usize,
    /// Pairs of both.
    pub right: usize,
}

impl Pairs {
    /// Counts the pairs of some leads.
    pub fn of(leads: &[Assigned]) -> Self {
        let pairs = |key: fn(&Assigned) -> (usize, usize)| -> usize {
            let sizes = sizes(leads, key);
            sizes.values().map(|size| size * (size - 1) / 2).sum()
        };
        Self {
            labelled: pairs(|lead| (lead.label, 0)),
            decided: pairs(|lead| (lead.person, 0)),
            right: pairs(|lead| (lead.label, lead.person)),
        }
    }

    /// These pairs without those of `rest`: the pairs with a lead outside it.
    #[must_use]
    pub fn without(self, rest: Self) -> Self {
        Self {
            labelled: self.labelled - rest.labelled,
            decided: self.decided - rest.decided,
            right: self.right - rest.right,
        }
    }

    /// Share of decided pairs that are right.
    pub fn precision(self) -> f64 {
        share(self.right, self.decided)
    }

    /// Share of labelled pairs that are decided.
    pub fn recall(self) -> f64 {
        share(self.right, self.labelled)
    }

    /// Harmonic mean of the two.
    pub fn f1(self) -> f64 {
        share(2 * self.right, self.decided + self.labelled)
    }
}

/// B-cubed F1: precision and recall of each lead's own person, averaged over leads.
pub fn b_cubed_f1(leads: &[Assigned]) -> f64 {
    let labels = sizes(leads, |lead| (lead.label, 0));
    let persons = sizes(leads, |lead| (lead.person, 0));
    let both = sizes(leads, |lead| (lead.label, lead.person));
    let mean = |whole: &dyn Fn(usize, usize) -> usize| -> f64 {
        let sum: f64 = both
            .iter()
            .map(|((label, person), size)| share(size * size, whole(*label, *person)))
            .sum();
        sum / as_float(leads.len().max(1))
    };
    let of = |sizes: &HashMap<(usize, usize), usize>, key| sizes.get(&(key, 0)).copied();
    let precision = mean(&|_, person| of(&persons, person).unwrap_or(1));
    let recall = mean(&|label, _| of(&labels, label).unwrap_or(1));
    2.0 * precision * recall / (precision + recall)
}

/// Share of leads that on arrival were rightly called new, or put with exactly their own person.
pub fn stream_accuracy(leads: &[Assigned]) -> f64 {
    let mut seen: HashSet<usize> = HashSet::new();
    let mut inside: HashMap<usize, HashSet<usize>> = HashMap::new();
    let mut right = 0;
    for lead in leads {
        let before = inside.entry(lead.person).or_default();
        let expected = if seen.insert(lead.label) {
            before.is_empty()
        } else {
            before.len() == 1 && before.contains(&lead.label)
        };
        right += usize::from(expected);
        before.insert(lead.label);
    }
    share(right, leads.len())
}

/// Leads of decided persons that hold more than one label.
pub fn mixed(leads: &[Assigned]) -> usize {
    let mut labels: HashMap<usize, HashSet<usize>> = HashMap::new();
    for lead in leads {
        labels.entry(lead.person).or_default().insert(lead.label);
    }
    leads
        .iter()
        .filter(|lead| labels.get(&lead.person).is_some_and(|all| all.len() > 1))
        .count()
}

/// A share of two counts; of nothing it is all.
pub fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 {
        1.0
    } else {
        as_float(part) / as_float(whole)
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts far below 2^52")]
fn as_float(count: usize) -> f64 {
    count as f64
}

fn sizes(
    leads: &[Assigned],
    key: fn(&Assigned) -> (usize, usize),
) -> HashMap<(usize, usize), usize> {
    let mut sizes = HashMap::new();
    for lead in leads {
        *sizes.entry(key(lead)).or_default() += 1;
    }
    sizes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leads(rows: &[(usize, usize)]) -> Vec<Assigned> {
        rows.iter()
            .map(|(label, person)| Assigned {
                label: *label,
                person: *person,
            })
            .collect()
    }

    #[test]
    fn pairs_are_counted_inside_persons() {
        let pairs = Pairs::of(&leads(&[(1, 7), (1, 7), (1, 8), (2, 8)]));
        assert_eq!((pairs.labelled, pairs.decided, pairs.right), (3, 2, 1));
        assert!((pairs.f1() - 0.4).abs() < 1e-9);
    }

    #[test]
    fn a_lead_is_right_on_arrival_when_it_meets_exactly_its_own_person() {
        // New, joined, wrongly joined, then joined to a mixed person.
        let accuracy = stream_accuracy(&leads(&[(1, 7), (1, 7), (2, 7), (1, 7)]));
        assert!((accuracy - 0.5).abs() < 1e-9);
    }

    #[test]
    fn perfect_decisions_score_one() {
        let leads = leads(&[(1, 7), (1, 7), (2, 8)]);
        assert!((b_cubed_f1(&leads) - 1.0).abs() < 1e-9);
        assert_eq!(mixed(&leads), 0);
    }
}
