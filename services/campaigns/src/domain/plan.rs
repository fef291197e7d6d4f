//! A line of the marketing plan, and how much of it was reached.

use chrono::{DateTime, Utc};
use ids::{CampaignId, PlanId, StaffId};

use super::{
    money::Money,
    removed::{Removed, change, remove},
};

const PERCENT: i64 = 100;

/// A line of the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    pub id: PlanId,
    pub revision: i64,
    pub entry: Entry,
    pub removed: bool,
    pub recorded_at: DateTime<Utc>,
}

/// What staff may change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// First day.
    pub starts_at: DateTime<Utc>,
    /// Day after the last one.
    pub ends_at: DateTime<Utc>,
    /// Empty for all.
    pub channel: String,
    pub campaign: Option<CampaignId>,
    pub target_leads: i64,
    pub allowed_cost_per_lead: Option<Money>,
    pub bonus: Option<Money>,
    /// Share of the bonus that is paid in any case, 0 to 100.
    pub fixed_percent: i32,
    pub responsible: Option<StaffId>,
    pub note: String,
}

/// What came and what it cost, by currency.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts {
    pub leads: i64,
    pub costs: Vec<(String, i64)>,
}

/// What these facts mean for a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reached {
    pub target: bool,
    /// `None` when it cannot be said.
    pub within_allowed_cost: Option<bool>,
    pub bonus_earned: Option<Money>,
}

impl Plan {
    pub fn new(id: PlanId, entry: Entry, now: DateTime<Utc>) -> Self {
        Self {
            id,
            revision: 1,
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

    /// Holds the plan against the facts.
    pub fn reached(&self, facts: &Facts) -> Reached {
        let target = facts.leads >= self.entry.target_leads;
        Reached {
            target,
            within_allowed_cost: self.within_allowed_cost(facts),
            bonus_earned: self.bonus_earned(target),
        }
    }

    /// Compared as products, so that nothing is rounded.
    fn within_allowed_cost(&self, facts: &Facts) -> Option<bool> {
        let allowed = self.entry.allowed_cost_per_lead.as_ref()?;
        let foreign =
            |(currency, minor): &(String, i64)| *minor != 0 && currency != allowed.currency();
        if facts.leads == 0 || facts.costs.iter().any(foreign) {
            return None;
        }
        let own = |(currency, minor): &(String, i64)| {
            (currency == allowed.currency()).then_some(i128::from(*minor))
        };
        let cost: i128 = facts.costs.iter().filter_map(own).sum();
        Some(cost <= i128::from(allowed.minor()) * i128::from(facts.leads))
    }

    fn bonus_earned(&self, reached: bool) -> Option<Money> {
        let bonus = self.entry.bonus.clone()?;
        if reached {
            return Some(bonus);
        }
        bonus.share(self.entry.fixed_percent.into(), PERCENT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(minor: i64, currency: &str) -> Money {
        Money::try_new(minor, currency).unwrap()
    }

    fn plan() -> Plan {
        let entry = Entry {
            starts_at: DateTime::UNIX_EPOCH,
            ends_at: DateTime::UNIX_EPOCH,
            channel: String::new(),
            campaign: None,
            target_leads: 3,
            allowed_cost_per_lead: Some(money(333, "EUR")),
            bonus: Some(money(1_001, "EUR")),
            fixed_percent: 50,
            responsible: None,
            note: String::new(),
        };
        Plan::new(PlanId::generate(), entry, DateTime::UNIX_EPOCH)
    }

    fn facts(leads: i64, costs: &[(&str, i64)]) -> Facts {
        let costs = costs
            .iter()
            .map(|(code, minor)| ((*code).to_owned(), *minor));
        Facts {
            leads,
            costs: costs.collect(),
        }
    }

    #[test]
    fn the_rest_of_the_bonus_comes_with_the_target() {
        let earned = |leads| plan().reached(&facts(leads, &[])).bonus_earned;
        // 500.5 is halfway: the even one.
        assert_eq!(earned(2), Some(money(500, "EUR")));
        assert_eq!(earned(3), Some(money(1_001, "EUR")));
        let mut all = plan();
        all.entry.fixed_percent = 100;
        assert_eq!(
            all.reached(&facts(0, &[])).bonus_earned,
            Some(money(1_001, "EUR"))
        );
        all.entry.bonus = None;
        assert_eq!(all.reached(&facts(9, &[])).bonus_earned, None);
    }

    #[test]
    fn the_allowed_cost_is_compared_to_the_last_unit() {
        let within =
            |leads, costs: &[(&str, i64)]| plan().reached(&facts(leads, costs)).within_allowed_cost;
        assert_eq!(within(3, &[("EUR", 999)]), Some(true));
        // A third of a cent too much, though a lead costs 333 when rounded.
        assert_eq!(within(3, &[("EUR", 1_000)]), Some(false));
        assert_eq!(within(3, &[("EUR", 1), ("HUF", 1)]), None);
        assert_eq!(within(3, &[("EUR", 1), ("HUF", 0)]), Some(true));
        assert_eq!(within(0, &[("EUR", 1)]), None);
        assert_eq!(within(1, &[]), Some(true));
    }
}
