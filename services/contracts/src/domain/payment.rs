//! Money that a contract brings.

use clock::Timestamp;
use ids::{ContractId, PaymentId};

use super::contract::Contract;
use super::money::Money;

/// A payment: planned, received, taken out, or given back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    pub id: PaymentId,
    /// Counts the changes that were saved.
    pub revision: i64,
    pub contract: ContractId,
    /// What is expected or came; of a refund, what was given back.
    pub amount: Money,
    pub due_at: Timestamp,
    pub state: State,
    /// The first payment of the plan that it is of.
    pub plan: Option<PaymentId>,
    /// The payment of which only a part came.
    pub rest_of: Option<PaymentId>,
    /// The payment that this one gives back.
    pub refunds: Option<PaymentId>,
    /// Why it was refunded or removed.
    pub reason: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Expected,
    /// Came; of a refund, was paid back.
    Received {
        at: Timestamp,
    },
    /// Is not expected any more.
    Removed {
        at: Timestamp,
    },
}

/// How much of a payment came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Receipt {
    /// It had come already, and the first time stands.
    Before,
    Whole,
    /// The rest stays expected.
    Part {
        rest: Box<Payment>,
    },
}

/// The payment is in another currency than its contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a payment is in the currency of its contract")]
pub struct CurrencyDiffers;

/// Why a payment may not be changed so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PaymentRefused {
    #[error(transparent)]
    Currency(#[from] CurrencyDiffers),
    #[error("the payment was received")]
    Received,
    #[error("the payment was taken out")]
    Removed,
    #[error("the payment was not received")]
    NotReceived,
    #[error("a refund is not given back")]
    Refund,
    #[error("more came than is expected: expect the rest as a payment of its own")]
    MoreThanExpected,
    #[error("more is given back than is left of the payment")]
    MoreThanReceived,
}

impl Payment {
    /// Expects a payment on a contract.
    pub fn expect(
        contract: &Contract,
        id: PaymentId,
        amount: Money,
        due_at: Timestamp,
    ) -> Result<Self, CurrencyDiffers> {
        if amount.currency() != contract.terms.amount.currency() {
            return Err(CurrencyDiffers);
        }
        Ok(Self {
            id,
            revision: 1,
            contract: contract.id,
            amount,
            due_at,
            state: State::Expected,
            plan: None,
            rest_of: None,
            refunds: None,
            reason: String::new(),
        })
    }

    /// Records that the money came; `false` when it had come already, and the first time stands.
    pub fn receive(&mut self, at: Timestamp) -> Result<bool, PaymentRefused> {
        match self.state {
            State::Expected => {
                self.state = State::Received { at };
                Ok(true)
            }
            State::Received { .. } => Ok(false),
            State::Removed { .. } => Err(PaymentRefused::Removed),
        }
    }

    /// Records that an amount came. The rest of a part is a payment of its own, due as this one was.
    pub fn receive_amount(
        &mut self,
        amount: Money,
        at: Timestamp,
        rest: PaymentId,
    ) -> Result<Receipt, PaymentRefused> {
        if matches!(self.state, State::Received { .. }) {
            return Ok(Receipt::Before);
        }
        self.same_currency(&amount)?;
        let left = self.less(&amount);
        let left = left.ok_or(PaymentRefused::MoreThanExpected)?;
        let before = self.clone();
        self.receive(at)?;
        if left.minor() == 0 {
            return Ok(Receipt::Whole);
        }
        self.amount = amount;
        let rest = Self {
            id: rest,
            revision: 1,
            amount: left,
            rest_of: Some(self.id),
            ..before
        };
        Ok(Receipt::Part {
            rest: Box::new(rest),
        })
    }

    /// Gives the payment back, all that is left of it unless an amount is given, once `returned` was.
    pub fn refund(
        &self,
        id: PaymentId,
        amount: Option<Money>,
        returned: i64,
        reason: String,
        at: Timestamp,
    ) -> Result<Self, PaymentRefused> {
        if self.refunds.is_some() {
            return Err(PaymentRefused::Refund);
        }
        if !matches!(self.state, State::Received { .. }) {
            return Err(PaymentRefused::NotReceived);
        }
        let left = Money::try_new(self.amount.minor() - returned, self.amount.currency());
        let left = left.map_err(|_| PaymentRefused::MoreThanReceived)?;
        let amount = amount.unwrap_or_else(|| left.clone());
        self.same_currency(&amount)?;
        if amount.minor() == 0 || amount.minor() > left.minor() {
            return Err(PaymentRefused::MoreThanReceived);
        }
        Ok(Self {
            id,
            revision: 1,
            contract: self.contract,
            amount,
            due_at: at,
            state: State::Received { at },
            plan: None,
            rest_of: None,
            refunds: Some(self.id),
            reason,
        })
    }

    /// Moves an expected payment to another day; `false` when it is due then.
    pub fn move_to(&mut self, due_at: Timestamp) -> Result<bool, PaymentRefused> {
        self.check_expected()?;
        let moved = self.due_at != due_at;
        self.due_at = due_at;
        Ok(moved)
    }

    /// Takes an expected payment out; `false` when it was taken out, and the first reason stands.
    pub fn remove(&mut self, reason: String, at: Timestamp) -> Result<bool, PaymentRefused> {
        if matches!(self.state, State::Removed { .. }) {
            return Ok(false);
        }
        self.check_expected()?;
        self.state = State::Removed { at };
        self.reason = reason;
        Ok(true)
    }

    /// Minor units, below zero for a refund.
    pub fn minor(&self) -> i64 {
        match self.refunds {
            None => self.amount.minor(),
            Some(_) => -self.amount.minor(),
        }
    }

    pub fn received_at(&self) -> Option<Timestamp> {
        match self.state {
            State::Received { at } => Some(at),
            State::Expected | State::Removed { .. } => None,
        }
    }

    pub fn removed_at(&self) -> Option<Timestamp> {
        match self.state {
            State::Removed { at } => Some(at),
            State::Expected | State::Received { .. } => None,
        }
    }

    fn check_expected(&self) -> Result<(), PaymentRefused> {
        match self.state {
            State::Expected => Ok(()),
            State::Received { .. } => Err(PaymentRefused::Received),
            State::Removed { .. } => Err(PaymentRefused::Removed),
        }
    }

    fn same_currency(&self, amount: &Money) -> Result<(), CurrencyDiffers> {
        if amount.currency() == self.amount.currency() {
            Ok(())
        } else {
            Err(CurrencyDiffers)
        }
    }

    /// What is left of the payment without an amount; `None` when it is less.
    fn less(&self, amount: &Money) -> Option<Money> {
        let left = self.amount.minor() - amount.minor();
        Money::try_new(left, self.amount.currency()).ok()
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::contract::tests::contract;
    use super::super::terms::tests::day;
    use super::*;

    fn money(minor: i64) -> Money {
        Money::try_new(minor, "EUR").unwrap()
    }

    pub(in crate::domain) fn expected(minor: i64, due: Timestamp) -> Payment {
        Payment::expect(&contract(), PaymentId::generate(), money(minor), due).unwrap()
    }

    fn received() -> Payment {
        let mut payment = expected(50, day(1));
        payment.receive(day(2)).unwrap();
        payment
    }

    fn removed() -> Payment {
        let mut payment = expected(50, day(1));
        payment.remove("a slip".to_owned(), day(2)).unwrap();
        payment
    }

    fn refund(minor: Option<i64>, returned: i64) -> Result<Payment, PaymentRefused> {
        let amount = minor.map(money);
        let why = "broken".to_owned();
        received().refund(PaymentId::generate(), amount, returned, why, day(9))
    }

    #[test]
    fn a_payment_is_in_the_currency_of_its_contract() {
        let forint = Money::try_new(50, "HUF").unwrap();
        let refused = Payment::expect(&contract(), PaymentId::generate(), forint.clone(), day(1));
        assert_eq!(refused, Err(CurrencyDiffers));
        let refused =
            expected(60, day(1)).receive_amount(forint.clone(), day(2), PaymentId::generate());
        assert_eq!(refused, Err(CurrencyDiffers.into()));
        let id = PaymentId::generate();
        let refused = received().refund(id, Some(forint), 0, String::new(), day(9));
        assert_eq!(refused, Err(CurrencyDiffers.into()));
    }

    #[test]
    fn money_comes_once() {
        let mut payment = expected(50, day(1));
        assert_eq!(payment.receive(day(2)), Ok(true));
        assert_eq!(payment.receive(day(3)), Ok(false));
        assert_eq!(payment.received_at(), Some(day(2)));
        let id = PaymentId::generate();
        let again = payment.receive_amount(money(1), day(3), id);
        assert_eq!(again, Ok(Receipt::Before));
        assert_eq!(payment.amount, money(50));
        assert_eq!(removed().receive(day(3)), Err(PaymentRefused::Removed));
        let refused = removed().receive_amount(money(50), day(3), id);
        assert_eq!(refused, Err(PaymentRefused::Removed));
    }

    #[test]
    fn the_rest_of_a_part_stays_expected() {
        let mut payment = expected(50, day(1));
        payment.plan = Some(payment.id);
        let id = PaymentId::generate();
        let Ok(Receipt::Part { rest }) = payment.receive_amount(money(20), day(2), id) else {
            panic!("a part came");
        };
        assert_eq!(
            (payment.amount.minor(), payment.received_at()),
            (20, Some(day(2)))
        );
        assert_eq!(
            (rest.id, rest.amount.minor(), rest.due_at, rest.state),
            (id, 30, day(1), State::Expected)
        );
        assert_eq!(
            (rest.rest_of, rest.plan),
            (Some(payment.id), Some(payment.id))
        );
        let mut whole = *rest;
        let whole = whole.receive_amount(money(30), day(3), PaymentId::generate());
        assert_eq!(whole, Ok(Receipt::Whole));
        let mut small = expected(50, day(1));
        let refused = small.receive_amount(money(51), day(2), id);
        assert_eq!(refused, Err(PaymentRefused::MoreThanExpected));
        assert_eq!(small.state, State::Expected);
    }

    #[test]
    fn what_came_is_given_back_and_no_more() {
        let back = refund(None, 0).unwrap();
        assert_eq!((back.minor(), back.received_at()), (-50, Some(day(9))));
        assert_eq!(refund(None, 20).unwrap().minor(), -30);
        assert_eq!(refund(Some(30), 20).unwrap().minor(), -30);
        for (minor, returned) in [(Some(31), 20), (None, 50), (Some(51), 0), (None, 51)] {
            let refused = refund(minor, returned);
            assert_eq!(refused, Err(PaymentRefused::MoreThanReceived));
        }
        let id = PaymentId::generate();
        let refused = back.refund(id, None, 0, String::new(), day(9));
        assert_eq!(refused, Err(PaymentRefused::Refund));
        for payment in [expected(50, day(1)), removed()] {
            let refused = payment.refund(id, None, 0, String::new(), day(9));
            assert_eq!(refused, Err(PaymentRefused::NotReceived));
        }
    }

    #[test]
    fn only_what_is_expected_moves_or_is_taken_out() {
        let mut payment = expected(50, day(1));
        assert_eq!(payment.move_to(day(1)), Ok(false));
        assert_eq!(payment.move_to(day(5)), Ok(true));
        assert_eq!(payment.due_at, day(5));
        assert_eq!(removed().move_to(day(5)), Err(PaymentRefused::Removed));
        assert_eq!(received().move_to(day(5)), Err(PaymentRefused::Received));

        let mut gone = removed();
        assert_eq!(gone.remove("other".to_owned(), day(5)), Ok(false));
        assert_eq!(
            (gone.reason.as_str(), gone.removed_at()),
            ("a slip", Some(day(2)))
        );
        let refused = received().remove(String::new(), day(5));
        assert_eq!(refused, Err(PaymentRefused::Received));
    }
}
