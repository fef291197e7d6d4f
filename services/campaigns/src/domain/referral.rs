//! Who brought whom, and what that earns.

use chrono::{DateTime, Utc};
use ids::{CampaignId, DealId, LeadId, PersonId, ReferralId, StaffId};

/// Kind of the campaigns that have referrals.
pub const KIND: &str = "referral";
/// Characters of a code: none looks like another one.
const ALPHABET: &[u8] = b"34679ACDEFGHJKMNPQRTUWXY";
const CODE_LENGTH: usize = 7;
/// Largest reward in minor units.
const REWARD_MAX: i64 = 1_000_000_000_000;

/// Minor units of a currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reward {
    pub minor: i64,
    pub currency: String,
}

/// That is no amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidReward {
    #[error("a reward is 0 to {REWARD_MAX} minor units")]
    Amount,
    #[error("a currency is three capital letters")]
    Currency,
}

impl Reward {
    pub fn try_new(minor: i64, currency: &str) -> Result<Self, InvalidReward> {
        if !(0..=REWARD_MAX).contains(&minor) {
            return Err(InvalidReward::Amount);
        }
        if currency.len() != 3 || !currency.bytes().all(|byte| byte.is_ascii_uppercase()) {
            return Err(InvalidReward::Currency);
        }
        Ok(Self {
            minor,
            currency: currency.to_owned(),
        })
    }
}

/// What a referral of a campaign earns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    pub campaign: CampaignId,
    pub revision: i64,
    pub reward: Reward,
}

/// The code by which a person brings others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// By which lists are paged.
    pub id: ReferralId,
    pub code: String,
    pub campaign: CampaignId,
    pub person: PersonId,
    pub issued_at: DateTime<Utc>,
}

/// A code of chance.
pub fn code(mut chance: u64) -> String {
    let base = u64::try_from(ALPHABET.len()).unwrap_or(1);
    let letter = |_| {
        let index = usize::try_from(chance % base).unwrap_or_default();
        chance /= base;
        ALPHABET.get(index).copied().map_or('3', char::from)
    };
    (0..CODE_LENGTH).map(letter).collect()
}

/// A code as people write it: without case, space and dashes.
pub fn folded(code: &str) -> String {
    let letters = code.chars().filter(|it| it.is_alphanumeric());
    letters.flat_map(char::to_uppercase).collect()
}

/// Where a referral stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    UnknownCode,
    /// The lead is the referrer.
    Own,
    Made,
    Rewarded,
    Paid,
}

impl State {
    pub const ALL: [Self; 5] = [
        Self::UnknownCode,
        Self::Own,
        Self::Made,
        Self::Rewarded,
        Self::Paid,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::UnknownCode => "unknown_code",
            Self::Own => "own",
            Self::Made => "made",
            Self::Rewarded => "rewarded",
            Self::Paid => "paid",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

/// A lead that came with a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Referral {
    pub id: ReferralId,
    pub revision: i64,
    pub state: State,
    pub code: String,
    /// Whose code it is, and of which campaign; nobody's if that is not known.
    pub of: Option<(CampaignId, PersonId)>,
    pub lead: LeadId,
    pub made_at: DateTime<Utc>,
    pub earned: Option<Earned>,
    pub paid: Option<Paid>,
}

/// What a referral earned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earned {
    pub deal: DealId,
    pub reward: Reward,
    pub at: DateTime<Utc>,
}

/// That a reward was paid out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paid {
    pub at: DateTime<Utc>,
    pub by: Option<StaffId>,
    pub note: String,
}

/// Nothing was earned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the referral has earned no reward")]
pub struct NotRewarded;

impl Referral {
    /// Notes that the lead is the referrer; what was earned stays earned.
    pub fn turn_own(&mut self) -> bool {
        let turned = self.state == State::Made;
        if turned {
            self.state = State::Own;
            self.revision += 1;
        }
        turned
    }

    /// The deal of the lead was won. Once.
    pub fn reward(&mut self, earned: Earned) -> bool {
        let rewarded = self.state == State::Made;
        if rewarded {
            self.state = State::Rewarded;
            self.earned = Some(earned);
            self.revision += 1;
        }
        rewarded
    }

    /// The reward was paid out; `false` if it was before.
    pub fn pay(&mut self, paid: Paid) -> Result<bool, NotRewarded> {
        match self.state {
            State::Paid => Ok(false),
            State::Rewarded => {
                self.state = State::Paid;
                self.paid = Some(paid);
                self.revision += 1;
                Ok(true)
            }
            _ => Err(NotRewarded),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn referral(state: State) -> Referral {
        Referral {
            id: ReferralId::generate(),
            revision: 1,
            state,
            code: "K7MX2".to_owned(),
            of: None,
            lead: LeadId::generate(),
            made_at: DateTime::UNIX_EPOCH,
            earned: None,
            paid: None,
        }
    }

    #[test]
    fn a_code_is_short_and_reads_as_it_is_written() {
        for chance in [0, 1, 77, u64::MAX, u64::MAX - 1] {
            let code = code(chance);
            assert_eq!(code.len(), CODE_LENGTH);
            assert_eq!(folded(&code), code);
            assert!(!code.contains(['0', 'O', '1', 'I', 'L', '2', 'Z', '5', 'S', '8', 'B']));
        }
        assert_ne!(code(1), code(2));
        assert_eq!(folded(" k7m-x 2"), "K7MX2");
        assert_eq!(folded(" - "), "");
    }

    #[test]
    fn a_reward_is_earned_once_and_paid_once() {
        let earned = || Earned {
            deal: DealId::generate(),
            reward: Reward::try_new(5_000, "EUR").unwrap(),
            at: DateTime::UNIX_EPOCH,
        };
        let paid = || Paid {
            at: DateTime::UNIX_EPOCH,
            by: None,
            note: String::new(),
        };
        for state in State::ALL {
            assert_eq!(referral(state).reward(earned()), state == State::Made);
            assert_eq!(referral(state).turn_own(), state == State::Made);
            let expected = match state {
                State::Rewarded => Ok(true),
                State::Paid => Ok(false),
                _ => Err(NotRewarded),
            };
            assert_eq!(referral(state).pay(paid()), expected, "{state:?}");
        }
    }

    #[test]
    fn a_reward_is_an_amount() {
        for (minor, currency, wrong) in [
            (-1, "EUR", InvalidReward::Amount),
            (REWARD_MAX + 1, "EUR", InvalidReward::Amount),
            (1, "eur", InvalidReward::Currency),
            (1, "EURO", InvalidReward::Currency),
        ] {
            assert_eq!(
                Reward::try_new(minor, currency),
                Err(wrong),
                "{minor} {currency}"
            );
        }
        assert!(Reward::try_new(0, "HUF").is_ok());
    }
}
