//! Changes to what is known of an open deal.

use clock::Timestamp;
use ids::{OrganisationId, PersonId, StaffId};

use super::{AlreadyClosed, Client, Deal};
use crate::domain::money::Money;

/// What to do with a field that may be empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Edit<T> {
    #[default]
    Keep,
    Clear,
    Set(T),
}

/// The fields to change; the others stay as they are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Change {
    pub title: Option<String>,
    pub amount: Option<Money>,
    pub sale_object: Option<String>,
    pub expected_close_at: Option<Timestamp>,
    pub committed: Option<bool>,
    pub person: Edit<PersonId>,
    pub organisation: Edit<OrganisationId>,
    pub responsible: Edit<StaffId>,
    pub note: Option<String>,
}

impl Deal {
    /// Changes fields of an open deal; `false` when they are so already.
    pub fn change(&mut self, change: Change) -> Result<bool, AlreadyClosed> {
        let mut changed = self.clone();
        changed.client = self.client.chosen(change.person, change.organisation);
        changed.responsible = change.responsible.of(self.responsible);
        set(&mut changed.title, change.title);
        set(&mut changed.sale_object, change.sale_object);
        set(&mut changed.note, change.note);
        changed.amount = change.amount.or(changed.amount);
        changed.committed = change.committed.unwrap_or(changed.committed);
        changed.expected_close_at = change.expected_close_at.or(changed.expected_close_at);
        if changed == *self {
            return Ok(false);
        }
        self.check_open()?;
        *self = changed;
        Ok(true)
    }
}

impl Client {
    fn chosen(self, person: Edit<PersonId>, organisation: Edit<OrganisationId>) -> Self {
        let untouched = person == Edit::Keep && organisation == Edit::Keep;
        Self {
            person: person.of(self.person),
            organisation: organisation.of(self.organisation),
            by_hand: self.by_hand || !untouched,
        }
    }
}

impl<T> Edit<T> {
    fn of(self, present: Option<T>) -> Option<T> {
        match self {
            Self::Keep => present,
            Self::Clear => None,
            Self::Set(value) => Some(value),
        }
    }
}

fn set(field: &mut String, value: Option<String>) {
    if let Some(value) = value {
        *field = value;
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{deal, euros, hour, topic};
    use super::*;

    #[test]
    fn absent_fields_stay() {
        let mut deal = deal(&topic());
        let staff = StaffId::generate();
        let change = Change {
            amount: Some(euros(5)),
            responsible: Edit::Set(staff),
            ..Change::default()
        };
        assert_eq!(deal.change(change.clone()), Ok(true));
        assert_eq!(
            deal.change(change),
            Ok(false),
            "the same again changes nothing"
        );
        assert_eq!(deal.title, "Twelve desks");
        assert_eq!(deal.amount, Some(euros(5)));
        let change = Change {
            responsible: Edit::Clear,
            ..Change::default()
        };
        assert_eq!(deal.change(change), Ok(true));
        assert_eq!((deal.responsible, deal.amount), (None, Some(euros(5))));
    }

    #[test]
    fn a_client_that_was_chosen_no_longer_follows_the_client_base() {
        let mut deal = deal(&topic());
        let person = PersonId::generate();
        let change = Change {
            person: Edit::Set(person),
            ..Change::default()
        };
        deal.change(change).unwrap();
        let other = Client {
            person: Some(PersonId::generate()),
            ..Client::default()
        };
        assert!(!deal.follow(other));
        assert_eq!(deal.client.person, Some(person));
    }

    #[test]
    fn a_closed_deal_stays_as_it_is() {
        let mut deal = deal(&topic());
        deal.win(Some(euros(5)), hour(1)).unwrap();
        let same = Change {
            amount: Some(euros(5)),
            ..Change::default()
        };
        assert_eq!(deal.change(same), Ok(false));
        let other = Change {
            title: Some("Chairs".to_owned()),
            ..Change::default()
        };
        assert_eq!(deal.change(other), Err(AlreadyClosed::Won));
    }
}
