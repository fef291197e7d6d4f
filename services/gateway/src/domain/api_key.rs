//! Keys by which partners' systems come in.

use clock::Timestamp;
use ids::{ApiKeyId, PartnerId};

/// Keys of a kind that a partner may have at once: the one in use and the one to change to.
pub(crate) const PLACES: [i32; 2] = [1, 2];

const LIVE: &str = "trib_live_";
const TEST: &str = "trib_test_";
/// Characters after the prefix that tell keys apart; too few to guess the rest from.
const HINT_LENGTH: usize = 4;
/// 36 characters of 62 are 214 bits.
pub(crate) const SECRET_LENGTH: usize = 36;
const LONGEST_SECRET: usize = 128;

/// A key without its text, which is shown once and kept nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ApiKey {
    pub(crate) id: ApiKeyId,
    pub(crate) partner: PartnerId,
    pub(crate) hint: String,
    pub(crate) test: bool,
    /// The place among [`PLACES`] that it holds; `None` once it no longer counts.
    pub(crate) place: Option<i32>,
    pub(crate) created_at: Timestamp,
    pub(crate) expires_at: Option<Timestamp>,
    pub(crate) revoked_at: Option<Timestamp>,
    pub(crate) last_used_at: Option<Timestamp>,
}

/// Whether a key opens the door.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    Good,
    Expired,
    Revoked,
}

impl ApiKey {
    pub(crate) fn standing(&self, now: Timestamp) -> Standing {
        if self.revoked_at.is_some() {
            Standing::Revoked
        } else if self.expires_at.is_some_and(|at| at <= now) {
            Standing::Expired
        } else {
            Standing::Good
        }
    }
}

/// The place for a new key: a free one, or that of a key which has expired.
///
/// Returns the place and the key to be retired from it.
pub(crate) fn free_place(
    keys: &[ApiKey],
    test: bool,
    now: Timestamp,
) -> Option<(i32, Option<ApiKeyId>)> {
    let holder = |place: i32| {
        keys.iter()
            .find(|key| key.test == test && key.place == Some(place))
    };
    PLACES.into_iter().find_map(|place| match holder(place) {
        None => Some((place, None)),
        Some(key) if key.standing(now) != Standing::Good => Some((place, Some(key.id))),
        Some(_) => None,
    })
}

/// The text of a key made from random characters.
pub(crate) fn text(test: bool, secret: &str) -> String {
    format!("{}{secret}", if test { TEST } else { LIVE })
}

/// What of a key's text may be shown again.
pub(crate) fn hint(text: &str) -> String {
    text.chars().take(LIVE.len() + HINT_LENGTH).collect()
}

/// Whether a text has the form of a key, so that it is worth a look into the table.
pub(crate) fn is_well_formed(text: &str) -> bool {
    let secret = text.strip_prefix(LIVE).or_else(|| text.strip_prefix(TEST));
    secret.is_some_and(|secret| {
        (32..=LONGEST_SECRET).contains(&secret.len())
            && secret.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn key(number: u128, test: bool, place: Option<i32>) -> ApiKey {
        ApiKey {
            id: ApiKeyId::from_uuid(uuid::Uuid::from_u128(number)),
            partner: PartnerId::from_uuid(uuid::Uuid::from_u128(9)),
            hint: String::new(),
            test,
            place,
            created_at: NOW,
            expires_at: None,
            revoked_at: None,
            last_used_at: None,
        }
    }

    #[test]
    fn a_key_stands_until_it_expires_or_is_revoked() {
        let good = key(1, false, Some(1));
        assert_eq!(good.standing(NOW), Standing::Good);
        let ends = ApiKey {
            expires_at: Some(NOW),
            ..good.clone()
        };
        assert_eq!(ends.standing(NOW), Standing::Expired);
        assert_eq!(ends.standing(NOW - Duration::from_secs(1)), Standing::Good);
        let revoked = ApiKey {
            revoked_at: Some(NOW),
            ..ends
        };
        assert_eq!(revoked.standing(NOW), Standing::Revoked);
    }

    #[test]
    fn there_are_two_places_of_a_kind() {
        let (one, two) = (key(1, false, Some(1)), key(2, false, Some(2)));
        assert_eq!(free_place(&[], false, NOW), Some((1, None)));
        assert_eq!(
            free_place(std::slice::from_ref(&one), false, NOW),
            Some((2, None))
        );
        assert_eq!(free_place(&[one.clone(), two.clone()], false, NOW), None);
        assert_eq!(free_place(&[one.clone(), two], true, NOW), Some((1, None)));
        let expired = ApiKey {
            expires_at: Some(NOW),
            ..key(3, false, Some(2))
        };
        assert_eq!(
            free_place(&[one, expired.clone()], false, NOW),
            Some((2, Some(expired.id)))
        );
    }

    #[test]
    fn only_what_looks_like_a_key_is_looked_up() {
        let secret = "aZ9".repeat(12);
        for (text, good) in [
            (text(false, &secret), true),
            (text(true, &secret), true),
            (format!("trib_live_{}", "a".repeat(31)), false),
            (format!("trib_live_{}", "a".repeat(129)), false),
            (format!("trib_live_{}!", "a".repeat(32)), false),
            (format!("trib_prod_{}", "a".repeat(36)), false),
            (String::new(), false),
        ] {
            assert_eq!(is_well_formed(&text), good, "{text}");
        }
        assert_eq!(hint(&text(true, &secret)), "trib_test_aZ9a");
    }
}
