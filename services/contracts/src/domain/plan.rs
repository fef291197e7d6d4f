//! Plans of payments, made from the terms of a contract.

use chrono::TimeDelta;
use clock::Timestamp;
use ids::PaymentId;

use super::contract::{Contract, Growth};
use super::money::Money;
use super::payment::{CurrencyDiffers, Payment, State};
use super::value::later;

/// Payments of one plan.
pub const MAX_PLANNED: usize = 500;

/// How a plan is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Plan {
    /// By hand.
    Given(Vec<Planned>),
    /// In equal payments; what is left by dividing is in the last one.
    Instalments {
        count: u16,
        /// `None` for what the value of the contract leaves to be planned.
        total: Option<Money>,
        /// `None` for the first day of the contract, or now when that is open.
        first_due_at: Option<Timestamp>,
        months_between: u16,
    },
    /// By the periods of the contract in which none is due yet.
    Periods { due_days: u16 },
}

/// A payment of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    pub id: PaymentId,
    pub amount: Money,
    pub due_at: Timestamp,
}

/// Why there is no such plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PlanRefused {
    #[error(transparent)]
    Currency(#[from] CurrencyDiffers),
    #[error("nothing is left to be planned")]
    Nothing,
    #[error("an instalment would be nothing")]
    TooSmall,
    #[error("an instalment would be too large")]
    TooLarge,
    #[error("the contract is not due each period")]
    NotRecurring,
    #[error("the first day of the contract is open")]
    WithoutStart,
    #[error("a plan has at most {MAX_PLANNED} payments")]
    TooMany,
    #[error("a payment would be due after the end of the calendar")]
    TooLate,
}

/// The payments that a plan adds to those that are known, in order; all that the contract grew by.
pub fn payments(
    contract: &Contract,
    growth: &[Growth],
    known: &[Payment],
    plan: Plan,
    now: Timestamp,
) -> Result<Vec<Payment>, PlanRefused> {
    let planned = match plan {
        Plan::Given(planned) => planned,
        Plan::Instalments {
            count,
            total,
            first_due_at,
            months_between,
        } => {
            let total = match total {
                Some(total) => total.minor(),
                None => left(contract, known),
            };
            let first = first_due_at.or(contract.terms.starts_at).unwrap_or(now);
            instalments(contract, total, count, (first, months_between))?
        }
        Plan::Periods { due_days } => periods(contract, growth, known, due_days)?,
    };
    if planned.is_empty() {
        return Err(PlanRefused::Nothing);
    }
    let payments = planned.into_iter().map(|it| {
        let payment = Payment::expect(contract, it.id, it.amount, it.due_at);
        payment.map_err(PlanRefused::from)
    });
    payments.collect()
}

/// What the value of the contract leaves to be planned.
fn left(contract: &Contract, known: &[Payment]) -> i64 {
    let known = known.iter().filter(|payment| counts(payment));
    let planned = known.fold(0_i64, |sum, it| sum.saturating_add(it.amount.minor()));
    contract.value().saturating_sub(planned)
}

fn instalments(
    contract: &Contract,
    total: i64,
    count: u16,
    (first, months): (Timestamp, u16),
) -> Result<Vec<Planned>, PlanRefused> {
    let parts = i64::from(count.max(1));
    let each = total / parts;
    if total <= 0 {
        return Err(PlanRefused::Nothing);
    }
    if each == 0 {
        return Err(PlanRefused::TooSmall);
    }
    (0..parts)
        .map(|number| {
            let last = number + 1 == parts;
            let minor = if last { total - each * number } else { each };
            let months = u32::try_from(number).ok().map(|it| it * u32::from(months));
            let due_at = months.and_then(|months| later(first, months));
            Ok(Planned {
                id: PaymentId::generate(),
                amount: amount(contract, minor)?,
                due_at: due_at.ok_or(PlanRefused::TooLate)?,
            })
        })
        .collect()
}

fn periods(
    contract: &Contract,
    growth: &[Growth],
    known: &[Payment],
    due_days: u16,
) -> Result<Vec<Planned>, PlanRefused> {
    let terms = &contract.terms;
    if !terms.recurring {
        return Err(PlanRefused::NotRecurring);
    }
    let start = terms.starts_at.ok_or(PlanRefused::WithoutStart)?;
    let wait = TimeDelta::days(due_days.into());
    let due = |number| -> Result<_, PlanRefused> {
        let begins = terms.period_start(start, number);
        let begins = begins.ok_or(PlanRefused::TooLate)?;
        let due_at = begins.checked_add_signed(wait);
        Ok((begins, due_at.ok_or(PlanRefused::TooLate)?))
    };
    let mut planned = Vec::new();
    for number in 0..terms.periods() {
        let ((begins, due_at), (next_begins, next_due)) = (due(number)?, due(number + 1)?);
        // Within the period, unless payments of others are expected there.
        let within = if due_at < next_begins {
            begins..next_begins
        } else {
            due_at..next_due
        };
        let within = |payment: &&Payment| within.contains(&payment.due_at);
        if known.iter().filter(within).any(counts) {
            continue;
        }
        if planned.len() == MAX_PLANNED {
            return Err(PlanRefused::TooMany);
        }
        planned.push(Planned {
            id: PaymentId::generate(),
            amount: amount(contract, brings(contract, growth, begins))?,
            due_at,
        });
    }
    Ok(planned)
}

/// What a period brings: the amount of today without what was added from a later day on.
fn brings(contract: &Contract, growth: &[Growth], begins: Timestamp) -> i64 {
    let later = growth.iter().filter(|growth| begins < growth.from);
    let added = later.fold(0_i64, |sum, it| sum.saturating_add(it.amount_added.minor()));
    contract.terms.amount.minor().saturating_sub(added)
}

fn amount(contract: &Contract, minor: i64) -> Result<Money, PlanRefused> {
    Money::try_new(minor, contract.terms.amount.currency()).map_err(|_| PlanRefused::TooLarge)
}

/// Whether a payment is part of what the contract is to bring.
fn counts(payment: &Payment) -> bool {
    payment.refunds.is_none() && !matches!(payment.state, State::Removed { .. })
}

#[cfg(test)]
mod tests {
    use ids::GrowthId;

    use super::super::contract::tests::contract;
    use super::super::contract::{Grow, Larger};
    use super::super::payment::tests::expected;
    use super::*;

    fn at(text: &str) -> Timestamp {
        format!("{text}T00:00:00Z").parse().unwrap()
    }

    fn euros(minor: i64) -> Money {
        Money::try_new(minor, "EUR").unwrap()
    }

    /// 100 each month, or in all, in force from the 31st of January to the end of the year.
    fn runs(recurring: bool) -> Contract {
        let mut contract = contract();
        contract.terms.recurring = recurring;
        contract.terms.period_months = 1;
        contract.terms.starts_at = Some(at("2026-01-31"));
        contract.terms.ends_at = Some(at("2026-12-31"));
        contract.send(at("2026-01-01")).unwrap();
        contract.sign(at("2026-01-01")).unwrap();
        contract.activate(at("2026-01-31")).unwrap();
        contract
    }

    fn make(
        contract: &Contract,
        known: &[Payment],
        plan: Plan,
    ) -> Result<Vec<Payment>, PlanRefused> {
        payments(contract, &[], known, plan, at("2026-01-01"))
    }

    fn equal(count: u16, total: Option<i64>) -> Plan {
        Plan::Instalments {
            count,
            total: total.map(euros),
            first_due_at: None,
            months_between: 1,
        }
    }

    fn shown(payments: &[Payment]) -> Vec<(String, i64)> {
        let shown = payments
            .iter()
            .map(|it| (it.due_at.format("%m-%d").to_string(), it.amount.minor()));
        shown.collect()
    }

    fn sum(payments: &[Payment]) -> i64 {
        payments.iter().map(|it| it.amount.minor()).sum()
    }

    #[test]
    fn instalments_are_equal_and_the_last_one_has_the_rest() {
        let planned = make(&runs(false), &[], equal(3, None)).unwrap();
        let expected = [("01-31", 33), ("02-28", 33), ("03-31", 34)];
        assert_eq!(
            shown(&planned),
            expected.map(|(day, minor)| (day.to_owned(), minor))
        );
        for count in 1..=100 {
            let planned = make(&runs(false), &[], equal(count, None)).unwrap();
            assert_eq!((planned.len(), sum(&planned)), (count.into(), 100));
        }
        assert_eq!(sum(&make(&runs(true), &[], equal(7, None)).unwrap()), 1_100);
        assert_eq!(
            sum(&make(&runs(true), &[], equal(7, Some(50))).unwrap()),
            50
        );
        let small = make(&runs(false), &[], equal(101, None));
        assert_eq!(small, Err(PlanRefused::TooSmall));
    }

    #[test]
    fn what_is_planned_already_is_left_out() {
        let contract = runs(false);
        let mut known = vec![
            expected(60, at("2026-02-01")),
            expected(25, at("2026-02-02")),
        ];
        known[1].remove(String::new(), at("2026-01-01")).unwrap();
        let planned = make(&contract, &known, equal(2, None)).unwrap();
        assert_eq!(sum(&planned), 40);
        known.extend(planned);
        let nothing = make(&contract, &known, equal(2, None));
        assert_eq!(nothing, Err(PlanRefused::Nothing));
    }

    #[test]
    fn each_period_has_its_payment_and_all_are_the_value() {
        let mut contract = runs(true);
        let mut growth = Vec::new();
        let mut known = Vec::new();
        let plan = |due_days| Plan::Periods { due_days };
        known.extend(make(&contract, &[], plan(14)).unwrap());
        assert_eq!((known.len(), sum(&known)), (11, contract.value()));
        assert_eq!(shown(&known)[1], ("03-14".to_owned(), 100));
        let again = make(&contract, &known, plan(14));
        assert_eq!(again, Err(PlanRefused::Nothing));

        for what in [
            Larger::Expand {
                from: at("2026-06-01"),
                amount_added: euros(10),
            },
            Larger::Extend {
                ends_at: at("2027-03-01"),
                amount_added: Some(euros(5)),
            },
        ] {
            let grow = Grow {
                id: GrowthId::generate(),
                what,
                deal: None,
                grown_at: at("2026-05-01"),
            };
            growth.push(contract.grow(grow).unwrap());
        }
        let now = at("2026-05-01");
        let anew = payments(&contract, &growth, &[], plan(0), now).unwrap();
        assert_eq!(sum(&anew), contract.value());
        let amounts: Vec<i64> = anew.iter().map(|it| it.amount.minor()).collect();
        let mut wanted = vec![100; 5];
        wanted.extend([110; 6]);
        wanted.extend([115; 3]);
        assert_eq!(amounts, wanted, "from January, from June, from December on");
        for days in [0, 14, 27] {
            let added = payments(&contract, &growth, &known, plan(days), now).unwrap();
            assert_eq!((added.len(), sum(&added)), (3, 345), "the added periods");
        }
    }

    #[test]
    fn a_payment_may_be_due_in_a_later_period() {
        let plan = Plan::Periods { due_days: 45 };
        let mut contract = runs(true);
        let known = make(&contract, &[], plan.clone()).unwrap();
        assert_eq!(known.len(), 11);
        let again = make(&contract, &known, plan.clone());
        assert_eq!(again, Err(PlanRefused::Nothing));
        contract.terms.ends_at = Some(at("2027-01-31"));
        assert_eq!(make(&contract, &known, plan).unwrap().len(), 1);
    }

    #[test]
    fn there_is_no_plan_without_what_it_is_made_of() {
        let plan = Plan::Periods { due_days: 0 };
        let refused = make(&runs(false), &[], plan.clone());
        assert_eq!(refused, Err(PlanRefused::NotRecurring));
        let mut open = runs(true);
        open.terms.starts_at = None;
        let refused = make(&open, &[], plan.clone());
        assert_eq!(refused, Err(PlanRefused::WithoutStart));
        let mut long = runs(true);
        long.terms.ends_at = Some(at("2086-01-01"));
        assert_eq!(make(&long, &[], plan), Err(PlanRefused::TooMany));
        let foreign = Planned {
            id: PaymentId::generate(),
            amount: Money::try_new(1, "HUF").unwrap(),
            due_at: at("2026-02-01"),
        };
        let refused = make(&runs(true), &[], Plan::Given(vec![foreign]));
        assert_eq!(refused, Err(CurrencyDiffers.into()));
        let late = Plan::Instalments {
            count: 2,
            total: None,
            first_due_at: Some(Timestamp::MAX_UTC),
            months_between: 1,
        };
        assert_eq!(make(&runs(true), &[], late), Err(PlanRefused::TooLate));
    }
}
