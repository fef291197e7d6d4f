//! Fitting the data-driven model: removal effects of a first-order Markov chain (Anderl et al. 2016,
//! "Mapping the customer journey").
//!
//! Journeys are walks from `start` over channels to `contract` or `none`, each step as likely as it was
//! observed. What a channel is worth is the share of contracts that are lost when every walk ends where it
//! would have come to that channel.

use std::collections::{BTreeMap, BTreeSet};

/// Channels that take part; of more the ones with the most steps.
const MOST_CHANNELS: usize = 60;

const START: &str = "start";
const CONTRACT: &str = "contract";
const NONE: &str = "none";

/// How often journeys went from one channel to another: a sum of the step cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Channel, or `start`.
    pub from: String,
    /// Channel, or `contract` or `none`.
    pub to: String,
    pub steps: i64,
}

/// Removal effect of every channel in millionths, in the order of the channels. Empty while no journey has led
/// to a contract.
///
/// The same sums give the same effects, in whatever order and portions they come.
pub fn fit(steps: &[Step]) -> Vec<(String, i64)> {
    let chain = Chain::of(steps);
    let whole = chain.conversion(None);
    if whole <= 0.0 {
        return Vec::new();
    }
    chain
        .channels
        .iter()
        .enumerate()
        .map(|(place, channel)| {
            let effect = 1.0 - chain.conversion(Some(place)) / whole;
            ((*channel).to_owned(), millionths(effect))
        })
        .collect()
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a share between 0 and 1 in millionths fits"
)]
fn millionths(share: f64) -> i64 {
    (share.clamp(0.0, 1.0) * 1_000_000.0).round() as i64
}

/// Chances of going from one state to the next.
struct Chain<'a> {
    channels: Vec<&'a str>,
    /// From `start`, to each channel.
    start: Vec<f64>,
    /// From each channel, to each channel.
    between: Vec<Vec<f64>>,
    /// From each channel, to a contract.
    contract: Vec<f64>,
    /// From `start` to a contract at once.
    at_once: f64,
}

impl<'a> Chain<'a> {
    fn of(steps: &'a [Step]) -> Self {
        let counts = counts(steps);
        let channels = channels(&counts);
        let known: BTreeSet<&str> = channels.iter().copied().collect();
        let mut leaving: BTreeMap<&str, i64> = BTreeMap::new();
        for ((from, to), steps) in &counts {
            // Steps over channels that take no part are as if they had ended there.
            if known.contains(to) || *to == CONTRACT || *to == NONE || *from == START {
                *leaving.entry(from).or_default() += steps;
            }
        }
        let chance = |from: &'a str, to: &'a str| {
            let steps = counts.get(&(from, to)).copied().unwrap_or(0);
            ratio(steps, leaving.get(from).copied().unwrap_or(0))
        };
        Self {
            start: channels.iter().map(|to| chance(START, to)).collect(),
            between: channels
                .iter()
                .map(|from| channels.iter().map(|to| chance(from, to)).collect())
                .collect(),
            contract: channels.iter().map(|from| chance(from, CONTRACT)).collect(),
            at_once: chance(START, CONTRACT),
            channels,
        }
    }

    /// The chance that a walk from `start` comes to a contract, when no walk comes past the removed channel.
    ///
    /// With x the chances from each channel, x = between · x + contract; solved by elimination.
    fn conversion(&self, removed: Option<usize>) -> f64 {
        let size = self.channels.len();
        let mut rows: Vec<Vec<f64>> = (0..size).map(|row| self.equation(row, removed)).collect();
        for column in 0..size {
            eliminate(&mut rows, column);
        }
        let solved = solved(&rows);
        self.at_once
            + self
                .start
                .iter()
                .zip(&solved)
                .map(|(start, chance)| start * chance)
                .sum::<f64>()
    }

    /// (1 − between) · x = contract, one row; of the removed channel x = 0.
    fn equation(&self, row: usize, removed: Option<usize>) -> Vec<f64> {
        let out = removed == Some(row);
        let between = self.between.get(row).map_or(&[][..], Vec::as_slice);
        let mut equation: Vec<f64> = between
            .iter()
            .enumerate()
            .map(|(column, chance)| {
                let own = f64::from(u8::from(column == row));
                if out { own } else { own - chance }
            })
            .collect();
        let contract = self.contract.get(row).copied().unwrap_or(0.0);
        equation.push(if out { 0.0 } else { contract });
        equation
    }
}

/// Clears a column below its largest entry. A column without any belongs to channels that no walk leaves.
fn eliminate(rows: &mut [Vec<f64>], column: usize) {
    let entry = |row: &[f64]| row.get(column).copied().unwrap_or(0.0);
    let Some(largest) = (column..rows.len()).reduce(|best, row| {
        let size = |place: usize| rows.get(place).map_or(0.0, |row| entry(row).abs());
        if size(row) > size(best) { row } else { best }
    }) else {
        return;
    };
    rows.swap(column, largest);
    let Some((pivot, below)) = rows
        .get_mut(column..)
        .and_then(|rest| rest.split_first_mut())
    else {
        return;
    };
    if entry(pivot).abs() < NEGLIGIBLE {
        return;
    }
    for row in below {
        let factor = entry(row) / entry(pivot);
        for (value, above) in row.iter_mut().zip(pivot.iter()).skip(column) {
            *value -= factor * above;
        }
    }
}

/// Below this an entry is what rounding left of zero.
const NEGLIGIBLE: f64 = 1e-12;

/// Back substitution, from the last unknown to the first.
fn solved(rows: &[Vec<f64>]) -> Vec<f64> {
    let size = rows.len();
    let mut unknowns = vec![0.0; size];
    for (place, row) in rows.iter().enumerate().rev() {
        let right = row.get(size).copied().unwrap_or(0.0);
        let known: f64 = row
            .iter()
            .zip(&unknowns)
            .skip(place + 1)
            .map(|(factor, unknown)| factor * unknown)
            .sum();
        let factor = row.get(place).copied().unwrap_or(0.0);
        if let Some(unknown) = unknowns.get_mut(place)
            && factor.abs() >= NEGLIGIBLE
        {
            *unknown = (right - known) / factor;
        }
    }
    unknowns
}

fn counts(steps: &[Step]) -> BTreeMap<(&str, &str), i64> {
    let mut counts = BTreeMap::new();
    for step in steps {
        // A step onto the same channel changes nothing about where a walk ends.
        if step.from != step.to {
            *counts
                .entry((step.from.as_str(), step.to.as_str()))
                .or_insert(0) += step.steps.max(0);
        }
    }
    counts
}

/// The channels that walks come to, in order.
fn channels<'a>(counts: &BTreeMap<(&'a str, &'a str), i64>) -> Vec<&'a str> {
    let mut visits: BTreeMap<&str, i64> = BTreeMap::new();
    for ((_, to), steps) in counts {
        if *to != CONTRACT && *to != NONE {
            *visits.entry(to).or_default() += steps;
        }
    }
    let mut channels: Vec<(&str, i64)> = visits.into_iter().collect();
    channels.sort_by(|one, other| other.1.cmp(&one.1).then(one.0.cmp(other.0)));
    channels.truncate(MOST_CHANNELS);
    let mut channels: Vec<&str> = channels.into_iter().map(|(channel, _)| channel).collect();
    channels.sort_unstable();
    channels
}

#[expect(
    clippy::cast_precision_loss,
    reason = "chances need no more than 53 bits"
)]
fn ratio(part: i64, whole: i64) -> f64 {
    if whole == 0 {
        0.0
    } else {
        part as f64 / whole as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(from: &str, to: &str, steps: i64) -> Step {
        Step {
            from: from.to_owned(),
            to: to.to_owned(),
            steps,
        }
    }

    fn check(steps: &[Step], expected: &[(&str, i64)]) {
        let expected: Vec<(String, i64)> = expected
            .iter()
            .map(|(channel, effect)| ((*channel).to_owned(), *effect))
            .collect();
        assert_eq!(fit(steps), expected);
        let mut backwards = steps.to_vec();
        backwards.reverse();
        assert_eq!(fit(&backwards), expected, "in another order");
    }

    /// Ten journeys: form → contract 2, form → email → contract 3, form → email → none 1, email → none 4.
    ///
    /// start → form 6/10, start → email 4/10; form → contract 2/6, form → email 4/6; email → contract 3/8,
    /// email → none 5/8. With x of email = 3/8 and x of form = 1/3 + 2/3 · 3/8 = 7/12 the whole is
    /// 0.6 · 7/12 + 0.4 · 3/8 = 0.35 + 0.15 = 0.5. Without form 0.15: effect 0.7. Without email form has 1/3,
    /// so 0.2: effect 0.6.
    #[test]
    fn a_chain_worked_by_hand() {
        let steps = [
            step("start", "form", 6),
            step("start", "email", 4),
            step("form", "contract", 2),
            step("form", "email", 4),
            step("email", "contract", 3),
            step("email", "none", 5),
        ];
        check(&steps, &[("email", 600_000), ("form", 700_000)]);
        let mut portions: Vec<Step> = steps.to_vec();
        portions.extend([step("form", "form", 99), step("form", "email", -1)]);
        portions.extend([step("call", "none", 0)]);
        check(&portions, &[("email", 600_000), ("form", 700_000)]);
    }

    /// call ⇄ email: start → call; call → email 1/2, call → contract 1/2; email → call 1/2, email → none 1/2.
    /// x of call = 1/2 + 1/2 · 1/2 · x, so 2/3. Without email 1/2: effect 1/4. Without call nothing: effect 1.
    #[test]
    fn walks_may_go_round() {
        check(
            &[
                step("start", "call", 10),
                step("call", "email", 10),
                step("call", "contract", 10),
                step("email", "call", 10),
                step("email", "none", 10),
            ],
            &[("call", 1_000_000), ("email", 250_000)],
        );
    }

    #[test]
    fn nothing_is_fitted_before_the_first_contract() {
        check(&[], &[]);
        check(&[step("start", "form", 3), step("form", "none", 3)], &[]);
        // Two channels that no walk leaves.
        check(
            &[
                step("start", "form", 1),
                step("form", "call", 1),
                step("call", "form", 1),
            ],
            &[],
        );
    }

    #[test]
    fn rare_channels_beyond_sixty_take_no_part() {
        let mut steps = vec![step("start", "form", 100), step("form", "contract", 100)];
        for number in 0..80 {
            let channel = format!("channel {number:02}");
            steps.push(step("start", &channel, 10));
            steps.push(step(&channel, "none", 10));
        }
        let fitted = fit(&steps);
        assert_eq!(fitted.len(), MOST_CHANNELS);
        assert!(fitted.contains(&("form".to_owned(), 1_000_000)));
    }
}
