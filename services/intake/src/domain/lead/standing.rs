//! What figures depend on: how a card stands, and how complete it is.

use ids::StaffId;

use super::{Lead, State, Temperature};

/// How a card stands, without who the person is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    pub state: State,
    pub topic: String,
    pub sale_object: String,
    pub project: String,
    pub temperature: Option<Temperature>,
    pub responsible: Option<StaffId>,
    /// Fields that are filled, of those wanted.
    pub filled: i32,
    pub wanted: i32,
}

impl Lead {
    /// How the card stands.
    pub fn standing(&self) -> Standing {
        let (filled, wanted) = self.completeness();
        Standing {
            state: self.state,
            topic: self.topic.clone(),
            sale_object: self.sale_object.clone(),
            project: self.project.clone(),
            temperature: self.temperature,
            responsible: self.assigned.responsible,
            filled,
            wanted,
        }
    }

    /// How many of the wanted fields are filled, and how many are wanted: a private person is asked
    /// for no organisation.
    fn completeness(&self) -> (i32, i32) {
        let organisation = (!self.private_person).then_some(!self.organisation.is_empty());
        let fields = [
            Some(!self.name.is_empty()),
            Some(!self.phones.is_empty()),
            Some(!self.emails.is_empty()),
            Some(!self.topic.is_empty()),
            organisation,
        ];
        let wanted = fields.into_iter().flatten();
        wanted.fold((0, 0), |(filled, wanted), is_filled| {
            (filled + i32::from(is_filled), wanted + 1)
        })
    }

    /// Notes that others know how the card stands: it was loaded.
    #[must_use]
    pub fn as_told(mut self) -> Self {
        self.told = Some(self.standing());
        self
    }

    /// How the card stands, if others do not know yet; from now on they do.
    pub fn take_standing(&mut self) -> Option<Standing> {
        let now = Some(self.standing());
        if self.told == now {
            return None;
        }
        self.told.clone_from(&now);
        now
    }
}
