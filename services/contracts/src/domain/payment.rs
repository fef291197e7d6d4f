//! Money that a contract brings.

use clock::Timestamp;
use ids::{ContractId, PaymentId};

use super::contract::Contract;
use super::money::Money;

/// A payment, expected or received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    pub id: PaymentId,
    /// Counts the changes that were saved.
    pub revision: i64,
    pub contract: ContractId,
    pub amount: Money,
    pub due_at: Timestamp,
    pub received_at: Option<Timestamp>,
}

/// The payment is in another currency than its contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a payment is in the currency of its contract")]
pub struct CurrencyDiffers;

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
            received_at: None,
        })
    }

    /// Records that the money came; `false` when it had come already, and the first time stands.
    pub fn receive(&mut self, at: Timestamp) -> bool {
        if self.received_at.is_some() {
            return false;
        }
        self.received_at = Some(at);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::super::contract::tests::contract;
    use super::super::terms::tests::day;
    use super::*;

    fn expect(minor: i64, currency: &str) -> Result<Payment, CurrencyDiffers> {
        let amount = Money::try_new(minor, currency).unwrap();
        Payment::expect(&contract(), PaymentId::generate(), amount, day(1))
    }

    #[test]
    fn a_payment_is_in_the_currency_of_its_contract() {
        assert!(expect(50, "EUR").is_ok());
        assert_eq!(expect(50, "HUF"), Err(CurrencyDiffers));
    }

    #[test]
    fn money_comes_once() {
        let mut payment = expect(50, "EUR").unwrap();
        assert!(payment.receive(day(2)));
        assert!(!payment.receive(day(3)));
        assert_eq!(payment.received_at, Some(day(2)));
    }
}
