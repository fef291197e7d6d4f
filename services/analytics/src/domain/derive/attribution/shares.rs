//! Parting a whole exactly.

/// Parts a total in proportion to the weights: each share is the whole part of its due, and what is left goes,
/// one each, to those with the largest remainders, of equal ones to the earlier. The shares add up to the
/// total, also when it is negative. Weights that are all zero count as equal.
///
/// Weights may be as large as 2⁶³.
pub(crate) fn apportion(total: i64, weights: &[u128]) -> Vec<i64> {
    let sum: u128 = weights.iter().sum();
    if sum == 0 {
        return apportion_evenly(total, weights.len());
    }
    let whole = u128::from(total.unsigned_abs());
    let mut shares: Vec<u128> = Vec::with_capacity(weights.len());
    let mut remainders: Vec<(u128, usize)> = Vec::with_capacity(weights.len());
    for (place, weight) in weights.iter().enumerate() {
        let due = whole * weight;
        shares.push(due / sum);
        remainders.push((due % sum, place));
    }
    let left = whole - shares.iter().sum::<u128>();
    remainders.sort_unstable_by(|one, other| other.0.cmp(&one.0).then(one.1.cmp(&other.1)));
    for (_, place) in remainders
        .into_iter()
        .take(usize::try_from(left).unwrap_or(usize::MAX))
    {
        if let Some(share) = shares.get_mut(place) {
            *share += 1;
        }
    }
    shares
        .into_iter()
        .map(|share| signed(share, total < 0))
        .collect()
}

/// Parts a total into so many equal shares; what is left goes to the first ones, one each.
pub(crate) fn apportion_evenly(total: i64, shares: usize) -> Vec<i64> {
    let Ok(number) = u64::try_from(shares) else {
        return Vec::new();
    };
    let whole = total.unsigned_abs();
    let (each, left) = (
        whole.checked_div(number).unwrap_or(0),
        whole.checked_rem(number).unwrap_or(0),
    );
    (0..number)
        .map(|place| signed(u128::from(each + u64::from(place < left)), total < 0))
        .collect()
}

/// A share is no larger than the total, so it fits.
fn signed(share: u128, negative: bool) -> i64 {
    let share = i128::try_from(share).unwrap_or(i128::MAX);
    i64::try_from(if negative { -share } else { share }).unwrap_or(i64::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_goes_to_the_largest_remainders_and_then_to_the_earlier() {
        assert_eq!(apportion(100, &[1, 1, 1]), [34, 33, 33]);
        assert_eq!(apportion(-100, &[1, 1, 1]), [-34, -33, -33]);
        // Dues 1.25, 2.5, 1.25: the middle one has the largest remainder.
        assert_eq!(apportion(5, &[1, 2, 1]), [1, 3, 1]);
        // Dues 0.4, 0.4, 0.2.
        assert_eq!(apportion(1, &[2, 2, 1]), [1, 0, 0]);
        assert_eq!(apportion(0, &[3, 4]), [0, 0]);
        assert_eq!(apportion(7, &[0, 0]), [4, 3]);
        assert_eq!(apportion(7, &[]), Vec::<i64>::new());
        // With a = 2^63 the first is due (a−1)·a/(a+1) = a−2, remainder 2, the second 0, remainder a−1.
        assert_eq!(apportion(i64::MAX, &[1 << 63, 1]), [i64::MAX - 1, 1]);
        assert_eq!(apportion(i64::MIN, &[1]), [i64::MIN]);
    }

    #[test]
    fn even_shares_differ_by_one_at_most() {
        assert_eq!(apportion_evenly(10, 4), [3, 3, 2, 2]);
        assert_eq!(apportion_evenly(-10, 4), [-3, -3, -2, -2]);
        assert_eq!(apportion_evenly(2, 3), [1, 1, 0]);
        assert_eq!(apportion_evenly(5, 0), Vec::<i64>::new());
    }
}
