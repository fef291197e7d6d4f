//! A line of the costs of a campaign.

use chrono::{DateTime, Utc};
use ids::{ActivityId, CampaignId, CostId, OrganisationId, StaffId};

use super::{
    money::Money,
    removed::{Removed, change, remove},
};

/// Most minutes of one line: nineteen years.
pub const MAX_MINUTES: i64 = 10_000_000;
const HOUR: i64 = 60;

/// A line of costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cost {
    pub id: CostId,
    pub revision: i64,
    pub campaign: CampaignId,
    pub entry: Entry,
    pub removed: bool,
    pub recorded_at: DateTime<Utc>,
}

/// What staff may change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub line: String,
    pub spending: Spending,
    pub spent_at: DateTime<Utc>,
    pub activity: Option<ActivityId>,
    pub channel: String,
    pub responsible: Option<StaffId>,
    pub supplier: Option<OrganisationId>,
    pub note: String,
}

/// What was spent, planned and in fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Spending {
    Expense {
        planned: Option<Money>,
        actual: Option<Money>,
    },
    Labour(Labour),
}

/// Minutes of our own work at an hourly rate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labour {
    rate: Money,
    planned_minutes: Option<i64>,
    actual_minutes: Option<i64>,
    planned: Option<Money>,
    actual: Option<Money>,
}

/// Minutes or rate are negative, or what they come to is more than a line may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "minutes and rate of labour are 0 or more, and their product is at most what a line may cost"
)]
pub struct InvalidLabour;

impl Labour {
    pub fn try_new(
        rate: Money,
        planned_minutes: Option<i64>,
        actual_minutes: Option<i64>,
    ) -> Result<Self, InvalidLabour> {
        let price = |minutes: Option<i64>| {
            let Some(minutes) = minutes else {
                return Ok(None);
            };
            if rate.minor() < 0 || !(0..=MAX_MINUTES).contains(&minutes) {
                return Err(InvalidLabour);
            }
            rate.share(minutes, HOUR).ok_or(InvalidLabour).map(Some)
        };
        Ok(Self {
            planned: price(planned_minutes)?,
            actual: price(actual_minutes)?,
            rate,
            planned_minutes,
            actual_minutes,
        })
    }

    pub fn rate(&self) -> &Money {
        &self.rate
    }

    pub fn planned_minutes(&self) -> Option<i64> {
        self.planned_minutes
    }

    pub fn actual_minutes(&self) -> Option<i64> {
        self.actual_minutes
    }
}

impl Spending {
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Expense { .. } => "expense",
            Self::Labour(_) => "labour",
        }
    }

    pub fn planned(&self) -> Option<&Money> {
        match self {
            Self::Expense { planned, .. } => planned.as_ref(),
            Self::Labour(labour) => labour.planned.as_ref(),
        }
    }

    pub fn actual(&self) -> Option<&Money> {
        match self {
            Self::Expense { actual, .. } => actual.as_ref(),
            Self::Labour(labour) => labour.actual.as_ref(),
        }
    }

    pub fn labour(&self) -> Option<&Labour> {
        match self {
            Self::Expense { .. } => None,
            Self::Labour(labour) => Some(labour),
        }
    }
}

impl Cost {
    pub fn new(id: CostId, campaign: CampaignId, entry: Entry, now: DateTime<Utc>) -> Self {
        Self {
            id,
            revision: 1,
            campaign,
            entry,
            removed: false,
            recorded_at: now,
        }
    }

    /// Replaces the entry; `false` if it is as it was.
    pub fn change(&mut self, entry: Entry) -> Result<bool, Removed> {
        change(self.removed, &mut self.revision, &mut self.entry, entry)
    }

    /// Takes the line out; `false` if it is out already.
    pub fn remove(&mut self) -> bool {
        remove(&mut self.removed, &mut self.revision)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn eur(minor: i64) -> Money {
        Money::try_new(minor, "EUR").unwrap()
    }

    #[test]
    fn labour_costs_minutes_times_rate() {
        let labour = Labour::try_new(eur(2_501), Some(90), Some(1)).unwrap();
        let spending = Spending::Labour(labour);
        // 3751.5 is as far from 3751 as from 3752: the even one is taken.
        assert_eq!(spending.planned(), Some(&eur(3_752)));
        assert_eq!(spending.actual(), Some(&eur(42)));
        let open = Spending::Labour(Labour::try_new(eur(100), None, Some(0)).unwrap());
        assert_eq!((open.planned(), open.actual()), (None, Some(&eur(0))));
    }

    #[test]
    fn impossible_labour_is_refused() {
        for (rate, minutes) in [
            (-1, 1),
            (1, -1),
            (1, MAX_MINUTES + 1),
            (10_i64.pow(14), 6_000),
        ] {
            assert_eq!(
                Labour::try_new(eur(rate), None, Some(minutes)),
                Err(InvalidLabour),
                "{rate} {minutes}"
            );
        }
    }

    #[test]
    fn what_was_taken_out_stays_out() {
        let entry = Entry {
            line: "Print".to_owned(),
            spending: Spending::Expense {
                planned: None,
                actual: Some(eur(1)),
            },
            spent_at: DateTime::UNIX_EPOCH,
            activity: None,
            channel: String::new(),
            responsible: None,
            supplier: None,
            note: String::new(),
        };
        let mut cost = Cost::new(
            CostId::generate(),
            CampaignId::generate(),
            entry.clone(),
            DateTime::UNIX_EPOCH,
        );
        assert_eq!(cost.change(entry.clone()), Ok(false));
        assert!(cost.remove());
        assert!(!cost.remove());
        assert_eq!(cost.revision, 2);
        assert_eq!(cost.change(entry), Err(Removed));
    }
}
