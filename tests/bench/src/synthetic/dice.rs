//! Numbers that look like chance and depend on nothing but where they are asked for.

/// A row of numbers of its own for each seed, purpose and place.
#[derive(Clone, Debug)]
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn of(seed: u64, purpose: u64, place: u64) -> Self {
        Self(mixed(seed ^ mixed(purpose ^ mixed(place))))
    }

    /// The next number (splitmix64).
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mixed(self.0)
    }

    /// A number below a bound.
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        let wide = u128::from(self.next()) * u128::from(bound);
        u64::try_from(wide >> 64).unwrap_or_default()
    }

    /// A number from 0 to 1.
    #[expect(clippy::cast_precision_loss, reason = "53 bits are left of it")]
    pub(super) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    pub(super) fn chance(&mut self, share: f64) -> bool {
        self.unit() < share
    }

    /// A number below a bound; small ones come up more often, roughly as words do.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "bounds far below 2^52"
    )]
    pub(super) fn skewed(&mut self, bound: u64) -> u64 {
        let unit = self.unit();
        ((bound as f64 * unit * unit) as u64).min(bound.saturating_sub(1))
    }

    /// An element of a list; the default of none.
    pub(super) fn pick<T: Copy + Default>(&mut self, list: &[T]) -> T {
        let index = self.below(u64::try_from(list.len()).unwrap_or(0));
        at(list, index)
    }

    /// As `pick`, the first ones more often.
    pub(super) fn pick_skewed<T: Copy + Default>(&mut self, list: &[T]) -> T {
        let index = self.skewed(u64::try_from(list.len()).unwrap_or(0));
        at(list, index)
    }
}

fn at<T: Copy + Default>(list: &[T], index: u64) -> T {
    let index = usize::try_from(index).unwrap_or(0);
    list.get(index).copied().unwrap_or_default()
}

pub(super) fn mixed(mut state: u64) -> u64 {
    state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    state ^ (state >> 31)
}
