//! Winning and losing.

use clock::Timestamp;

use super::{AlreadyClosed, Deal, Loss, State};
use crate::domain::code::Code;
use crate::domain::money::Money;

/// Why a deal may not be won.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WinRefused {
    #[error(transparent)]
    Closed(#[from] AlreadyClosed),
    #[error("a deal is won with an amount")]
    AmountRequired,
}

/// Why a deal may not be lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(transparent)]
pub struct LoseRefused(#[from] pub AlreadyClosed);

impl Deal {
    /// Wins the deal, for a final amount or that of the deal.
    ///
    /// Winning again with the same amount changes nothing and returns `false`.
    pub fn win(&mut self, amount: Option<Money>, now: Timestamp) -> Result<bool, WinRefused> {
        if matches!(self.state, State::Won { .. }) && (amount.is_none() || amount == self.amount) {
            return Ok(false);
        }
        self.check_open()?;
        let amount = amount
            .or_else(|| self.amount.clone())
            .ok_or(WinRefused::AmountRequired)?;
        self.amount = Some(amount);
        self.state = State::Won { at: now };
        Ok(true)
    }

    /// Loses the deal at the stage where it is.
    ///
    /// Losing again for the same reason changes nothing and returns `false`.
    pub fn lose(
        &mut self,
        reason: Code,
        note: String,
        now: Timestamp,
    ) -> Result<bool, LoseRefused> {
        if matches!(&self.state, State::Lost(loss) if loss.reason == reason) {
            return Ok(false);
        }
        self.check_open()?;
        self.state = State::Lost(Loss {
            at: now,
            reason,
            note,
        });
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{deal, euros, hour, topic};
    use super::*;

    fn reason(text: &str) -> Code {
        Code::try_new(text).unwrap()
    }

    #[test]
    fn a_deal_is_won_with_an_amount() {
        let mut deal = deal(&topic());
        assert_eq!(deal.win(None, hour(1)), Err(WinRefused::AmountRequired));
        deal.amount = Some(euros(100));
        assert_eq!(deal.win(Some(euros(90)), hour(1)), Ok(true));
        assert_eq!(deal.amount, Some(euros(90)));
        assert_eq!(deal.state, State::Won { at: hour(1) });
    }

    #[test]
    fn winning_twice_changes_nothing() {
        let mut deal = deal(&topic());
        deal.win(Some(euros(90)), hour(1)).unwrap();
        let won = deal.clone();
        assert_eq!(deal.win(None, hour(2)), Ok(false));
        assert_eq!(deal.win(Some(euros(90)), hour(2)), Ok(false));
        assert_eq!(
            deal.win(Some(euros(80)), hour(2)),
            Err(AlreadyClosed::Won.into())
        );
        assert_eq!(deal, won);
    }

    #[test]
    fn losing_twice_changes_nothing() {
        let mut deal = deal(&topic());
        assert_eq!(
            deal.lose(reason("price"), "too dear".to_owned(), hour(1)),
            Ok(true)
        );
        let lost = deal.clone();
        assert_eq!(
            deal.lose(reason("price"), String::new(), hour(2)),
            Ok(false)
        );
        assert_eq!(
            deal.lose(reason("competitor"), String::new(), hour(2)),
            Err(LoseRefused(AlreadyClosed::Lost))
        );
        assert_eq!(
            deal.win(Some(euros(1)), hour(2)),
            Err(AlreadyClosed::Lost.into())
        );
        assert_eq!(deal, lost);
        assert_eq!(lost.stage.as_str(), "need", "the stage of the loss is kept");
    }

    #[test]
    fn a_won_deal_is_not_lost() {
        let mut deal = deal(&topic());
        deal.win(Some(euros(1)), hour(1)).unwrap();
        assert_eq!(
            deal.lose(reason("price"), String::new(), hour(2)),
            Err(LoseRefused(AlreadyClosed::Won))
        );
    }
}
