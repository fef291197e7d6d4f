//! The money of a contract.

use clock::Timestamp;

use super::{Contract, Recorded};
use crate::domain::{
    derive::{
        Desk,
        book::{Age, age},
        day,
        desk::Worth,
    },
    fact::{Fact, Money, What},
};

/// An extension or expansion.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Growth<'a> {
    pub(crate) kind: &'a str,
    pub(crate) at: Timestamp,
    pub(crate) added: Option<&'a Money>,
    pub(crate) worth: Worth,
    age: Age,
}

/// A payment, expected or received.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Payment<'a> {
    pub(crate) amount: Option<&'a Money>,
    pub(crate) due_at: Option<Timestamp>,
    pub(crate) received_at: Option<Timestamp>,
    /// By the rate of the day it was received, of the day it is due until then.
    pub(crate) worth: Worth,
    removed: bool,
    age: Age,
}

impl<'a> Contract<'a> {
    /// What it brings: the value when it was signed and what was added since. Nothing before it is signed.
    pub(crate) fn revenue(&self) -> Worth {
        if self.signed_at.is_none() {
            return Worth::default();
        }
        self.worth + self.growths.values().map(|growth| growth.worth).sum()
    }

    /// What came in, refunds deducted.
    pub(crate) fn received(&self) -> Worth {
        self.receipts().map(|(_, worth)| worth).sum()
    }

    /// Payments that came in, and refunds.
    pub(crate) fn receipts(&self) -> impl Iterator<Item = (Timestamp, Worth)> {
        self.payments
            .values()
            .filter_map(|payment| Some((payment.received_at?, payment.worth)))
    }

    pub(super) fn note_money(&mut self, fact: &'a Fact) {
        match &fact.what {
            What::ContractGrown {
                growth,
                kind,
                added,
                grown_at,
                ..
            } => {
                let told = Growth {
                    kind,
                    at: *grown_at,
                    added: added.as_ref(),
                    worth: Worth::default(),
                    age: age(fact, 0),
                };
                let newest = self.growths.entry(*growth).or_insert(told);
                if newest.age < told.age {
                    *newest = told;
                }
            }
            What::PaymentRecorded {
                payment,
                amount,
                due_at,
                received_at,
                removed,
                ..
            } => {
                let told = Payment {
                    amount: amount.as_ref(),
                    due_at: *due_at,
                    received_at: *received_at,
                    worth: Worth::default(),
                    removed: *removed,
                    age: age(fact, 0),
                };
                let newest = self.payments.entry(*payment).or_insert(told);
                if newest.age < told.age {
                    *newest = told;
                }
            }
            _ => {}
        }
    }

    /// Puts a value on everything, by the rates of their days.
    pub(super) fn convert(&mut self, desk: &mut Desk<'a>) {
        let recorded = self.recorded.get();
        let agreed_at = self
            .signed_at
            .or(recorded.map(|told| told.at))
            .unwrap_or(self.seen);
        self.agreed = self.agreed_on(recorded);
        if let Some((minor, currency)) = self.agreed {
            self.worth = desk.worth_of(minor, currency, day(agreed_at));
        }
        for growth in self.growths.values_mut() {
            growth.worth = desk.worth(growth.added, growth.at);
        }
        self.payments.retain(|_, payment| !payment.removed);
        for payment in self.payments.values_mut() {
            let at = payment.received_at.or(payment.due_at).unwrap_or(agreed_at);
            payment.worth = desk.worth(payment.amount, at);
        }
    }

    /// What was agreed on apart from growth: the value as it is now without the growth in it, so that
    /// corrections count for the day of the signing. Where no state is known the amount that was signed.
    fn agreed_on(&self, recorded: Option<Recorded<'a>>) -> Option<(i64, &'a str)> {
        let Some((recorded, value)) = recorded.and_then(|told| Some((told, told.value?))) else {
            return self
                .signed_for
                .map(|amount| (amount.minor, amount.currency.as_str()));
        };
        let grown = self
            .growths
            .values()
            .filter(|growth| self.is_in(recorded, growth))
            .filter_map(|growth| growth.added)
            .filter(|added| added.currency == value.currency)
            .fold(0_i64, |sum, added| sum.saturating_add(added.minor));
        Some((value.minor.saturating_sub(grown), value.currency.as_str()))
    }

    /// Whether a state has a growth in it: growth and the state that it makes are told at one moment, so the
    /// revision of that state says which others came after. Where it is not known, the time does.
    fn is_in(&self, recorded: Recorded<'a>, growth: &Growth<'a>) -> bool {
        let (_, _, told_at, _) = growth.age;
        let made = self
            .states
            .iter()
            .filter(|(at, _)| *at == told_at)
            .map(|(_, revision)| *revision)
            .min();
        made.map_or(told_at <= recorded.at, |made| made <= recorded.revision)
    }
}
