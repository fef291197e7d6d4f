//! The six models: how much each touch weighs.

use std::collections::BTreeMap;

use crate::domain::{
    derive::{book::touch::Touch, seconds},
    parameters::weights::Weights,
};

/// A model of attribution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Model {
    First,
    Last,
    Linear,
    Position,
    TimeDecay,
    DataDriven,
}

/// After so many seconds a touch is worth half, by the model of time decay: seven days.
const HALF_LIFE: u64 = 7 * 86_400;

/// Weight of a touch that nothing is taken from.
const FULL: u128 = 1 << 62;

impl Model {
    pub(crate) const ALL: [Self; 6] = [
        Self::First,
        Self::Last,
        Self::Linear,
        Self::Position,
        Self::TimeDecay,
        Self::DataDriven,
    ];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Last => "last",
            Self::Linear => "linear",
            Self::Position => "position",
            Self::TimeDecay => "time_decay",
            Self::DataDriven => "data_driven",
        }
    }

    /// How much each touch weighs, the earliest first.
    pub(crate) fn weights(self, touches: &[&Touch], fitted: &Weights) -> Vec<u128> {
        let last = touches.len().saturating_sub(1);
        let only = |chosen: usize| {
            (0..touches.len())
                .map(|place| u128::from(place == chosen))
                .collect()
        };
        match self {
            Self::First => only(0),
            Self::Last => only(last),
            Self::Linear => vec![1; touches.len()],
            Self::Position => position(touches.len()),
            Self::TimeDecay => time_decay(touches),
            Self::DataDriven => data_driven(touches, fitted),
        }
    }
}

/// Whether fitted weights can make a difference: those of one channel share evenly in any case.
pub(crate) fn depends_on_weights(touches: &[&Touch]) -> bool {
    touches
        .windows(2)
        .any(|pair| matches!(pair, [one, other] if one.labels.channel != other.labels.channel))
}

/// 40 % for the first, 40 % for the last, 20 % over those between; of two half each.
fn position(touches: usize) -> Vec<u128> {
    if touches < 3 {
        return vec![1; touches];
    }
    let between = u128::try_from(touches - 2).unwrap_or(u128::MAX);
    let mut weights = vec![1; touches];
    for end in [0, touches - 1] {
        if let Some(weight) = weights.get_mut(end) {
            *weight = 2 * between;
        }
    }
    weights
}

/// Half for each half-life before the last touch; how long after it the contract was signed takes the same
/// from all.
fn time_decay(touches: &[&Touch]) -> Vec<u128> {
    let Some(last) = touches.last() else {
        return Vec::new();
    };
    touches
        .iter()
        .map(|touch| decayed(seconds(touch.at, last.at).unsigned_abs()))
        .collect()
}

/// [`FULL`] times 2 to the power of −age/half-life, in whole numbers, so that it is the same on any machine.
fn decayed(age: u64) -> u128 {
    let halvings = age / HALF_LIFE;
    if halvings >= 62 {
        return 0;
    }
    let mut weight = FULL >> halvings;
    let mut rest = u128::from(age % HALF_LIFE);
    for root in ROOTS {
        // The next binary digit of the fraction.
        rest *= 2;
        if rest >= u128::from(HALF_LIFE) {
            rest -= u128::from(HALF_LIFE);
            weight = (weight * root) >> 62;
        }
    }
    weight
}

/// 2 to the powers of −1/2, −1/4, −1/8 …, times [`FULL`].
const ROOTS: [u128; 32] = roots();

#[expect(
    clippy::indexing_slicing,
    reason = "evaluated when it is compiled, where nothing else can be used"
)]
const fn roots() -> [u128; 32] {
    let mut roots = [0; 32];
    let mut root = FULL / 2;
    let mut place = 0;
    while place < roots.len() {
        root = (root * FULL).isqrt();
        roots[place] = root;
        place += 1;
    }
    roots
}

/// Each channel weighs what the fit found, shared evenly by its touches. Without a fit, or where it knows none
/// of the channels, all touches weigh the same.
fn data_driven(touches: &[&Touch], fitted: &Weights) -> Vec<u128> {
    let mut sizes: BTreeMap<&str, u128> = BTreeMap::new();
    for touch in touches {
        *sizes.entry(&touch.labels.channel).or_default() += 1;
    }
    touches
        .iter()
        .map(|touch| {
            let channel = touch.labels.channel.as_str();
            let size = sizes.get(channel).copied().unwrap_or(1);
            (u128::from(fitted.of(channel).unsigned_abs()) << 32) / size
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn touches_lose_half_in_seven_days() {
        let parts = |age: u64| decayed(age) * 1_000_000 / FULL;
        assert_eq!(decayed(0), FULL);
        assert_eq!(decayed(HALF_LIFE), FULL / 2);
        assert_eq!(decayed(3 * HALF_LIFE), FULL / 8);
        // 2^-1/2, 2^-1/7 and 2^-3.5.
        assert_eq!(parts(HALF_LIFE / 2), 707_106);
        assert_eq!(parts(86_400), 905_723);
        assert_eq!(parts(HALF_LIFE * 7 / 2), 88_388);
        assert_eq!(decayed(62 * HALF_LIFE), 0);
        assert!((0..HALF_LIFE).all(|age| decayed(age) > decayed(age + 1)));
    }

    #[test]
    fn both_ends_get_two_fifths() {
        assert_eq!(position(1), [1]);
        assert_eq!(position(2), [1, 1]);
        assert_eq!(position(3), [2, 1, 2]);
        assert_eq!(position(6), [8, 1, 1, 1, 1, 8]);
    }
}
