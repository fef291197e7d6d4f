//! The next contact.

use super::{AlreadyClosed, Deal, State};
use crate::domain::contact::NextContact;

impl Deal {
    /// Plans, moves or (with `None`) cancels the next contact; `false` when it is planned so already.
    pub fn plan_contact(&mut self, next: Option<NextContact>) -> Result<bool, AlreadyClosed> {
        if self.next_contact() == next {
            return Ok(false);
        }
        self.check_open()?;
        self.state = State::Open { next_contact: next };
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{deal, euros, hour, topic};
    use super::*;
    use crate::domain::contact::Kind;

    fn call(n: i64) -> NextContact {
        NextContact {
            at: hour(n),
            kind: Kind::Call,
        }
    }

    #[test]
    fn a_contact_is_planned_moved_and_cancelled_once() {
        let mut deal = deal(&topic());
        assert_eq!(deal.plan_contact(None), Ok(false));
        assert_eq!(deal.plan_contact(Some(call(1))), Ok(true));
        assert_eq!(deal.plan_contact(Some(call(1))), Ok(false));
        assert_eq!(deal.plan_contact(Some(call(2))), Ok(true));
        assert_eq!(deal.next_contact(), Some(call(2)));
        assert_eq!(deal.plan_contact(None), Ok(true));
        assert_eq!(deal.next_contact(), None);
    }

    #[test]
    fn closing_takes_the_next_contact_away() {
        let mut deal = deal(&topic());
        deal.plan_contact(Some(call(1))).unwrap();
        deal.win(Some(euros(1)), hour(1)).unwrap();
        assert_eq!(deal.next_contact(), None);
        assert_eq!(deal.plan_contact(Some(call(2))), Err(AlreadyClosed::Won));
        assert_eq!(deal.plan_contact(None), Ok(false));
    }
}
