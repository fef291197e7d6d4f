//! What the parties agree on.

use chrono::TimeDelta;
use clock::Timestamp;

use super::money::Money;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    pub title: String,
    /// Per period when recurring, else in all.
    pub amount: Money,
    pub recurring: bool,
    pub period_months: u16,
    pub starts_at: Option<Timestamp>,
    /// `None` for a contract without end.
    pub ends_at: Option<Timestamp>,
    /// Days before the end at which the renewal is due.
    pub renewal_notice_days: u16,
    pub text: String,
}

/// The terms to change; the others stay as they are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Change {
    pub title: Option<String>,
    pub amount: Option<Money>,
    pub recurring: Option<bool>,
    pub period_months: Option<u16>,
    pub starts_at: Option<Timestamp>,
    pub ends_at: Option<Timestamp>,
    pub renewal_notice_days: Option<u16>,
    pub text: Option<String>,
}

/// The last day comes before the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a contract ends after it starts")]
pub struct EndsBeforeStart;

impl Terms {
    /// The terms after a change.
    pub fn changed(&self, change: Change) -> Result<Self, EndsBeforeStart> {
        let now = self.clone();
        let terms = Self {
            title: change.title.unwrap_or(now.title),
            amount: change.amount.unwrap_or(now.amount),
            recurring: change.recurring.unwrap_or(now.recurring),
            period_months: change.period_months.unwrap_or(now.period_months),
            starts_at: change.starts_at.or(now.starts_at),
            ends_at: change.ends_at.or(now.ends_at),
            renewal_notice_days: change
                .renewal_notice_days
                .unwrap_or(now.renewal_notice_days),
            text: change.text.unwrap_or(now.text),
        };
        match terms.starts_at.zip(terms.ends_at) {
            Some((start, end)) if end <= start => Err(EndsBeforeStart),
            _ => Ok(terms),
        }
    }

    /// When the renewal is due, if there is an end.
    pub fn renewal_at(&self) -> Option<Timestamp> {
        let notice = TimeDelta::days(self.renewal_notice_days.into());
        self.ends_at.map(|end| end - notice)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::domain) fn day(n: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + TimeDelta::days(n)
    }

    pub(in crate::domain) fn terms() -> Terms {
        Terms {
            title: "Desks".to_owned(),
            amount: Money::try_new(100, "EUR").unwrap(),
            recurring: false,
            period_months: 12,
            starts_at: Some(day(100)),
            ends_at: Some(day(200)),
            renewal_notice_days: 30,
            text: "as agreed".to_owned(),
        }
    }

    #[test]
    fn absent_terms_stay() {
        let change = Change {
            recurring: Some(true),
            ..Change::default()
        };
        let expected = Terms {
            recurring: true,
            ..terms()
        };
        assert_eq!(terms().changed(change), Ok(expected));
        assert_eq!(terms().changed(Change::default()), Ok(terms()));
    }

    #[test]
    fn a_contract_ends_after_it_starts() {
        let ends = |n| Change {
            ends_at: Some(day(n)),
            ..Change::default()
        };
        assert_eq!(terms().changed(ends(99)), Err(EndsBeforeStart));
        assert_eq!(terms().changed(ends(100)), Err(EndsBeforeStart));
        assert!(terms().changed(ends(101)).is_ok());
    }

    #[test]
    fn the_renewal_is_due_some_days_before_the_end() {
        assert_eq!(terms().renewal_at(), Some(day(170)));
        assert_eq!(
            Terms {
                ends_at: None,
                ..terms()
            }
            .renewal_at(),
            None
        );
    }
}
