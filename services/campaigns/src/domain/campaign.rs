//! A marketing effort stretched over time.

use chrono::{DateTime, Utc};
use ids::{ActivityId, CampaignId, StaffId};

/// The directory of kinds: stable code and name.
pub const KINDS: &[(&str, &str)] = &[
    ("advertising", "Advertising"),
    ("calling", "Calling"),
    ("event", "Event"),
    ("exhibition", "Exhibition"),
    ("mailing", "Mailing"),
    ("referral", "Referral"),
    ("sale", "Sale"),
    ("seminar", "Seminar"),
    ("webinar", "Webinar"),
    ("other", "Other"),
];

/// Kinds of activities.
pub const ACTIVITY_KINDS: &[&str] = &[
    "mailing",
    "calls",
    "meetings",
    "event",
    "exhibition",
    "seminar",
    "webinar",
    "advertising",
    "sale",
    "other",
];

/// Where a campaign stands; it only goes forward.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    Preparing,
    Running,
    Past,
}

impl State {
    pub const ALL: [Self; 3] = [Self::Preparing, Self::Running, Self::Past];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Preparing => "preparing",
            Self::Running => "running",
            Self::Past => "past",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

/// A campaign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Campaign {
    pub id: CampaignId,
    pub revision: i64,
    pub state: State,
    /// One activity over a fixed list.
    pub quick: bool,
    pub card: Card,
    pub created_at: DateTime<Utc>,
}

/// What staff may change.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Card {
    pub kind: String,
    pub name: String,
    pub department: String,
    pub place: String,
    pub starts_at: Option<DateTime<Utc>>,
    pub ends_at: Option<DateTime<Utc>>,
    pub organiser: String,
    pub project: String,
    pub responsible: Option<StaffId>,
    pub note: String,
}

/// One step of a campaign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activity {
    pub id: ActivityId,
    pub revision: i64,
    pub kind: String,
    pub name: String,
    pub starts_at: Option<DateTime<Utc>>,
    pub ends_at: Option<DateTime<Utc>>,
    pub result: String,
}

impl Activity {
    /// Kind of contact by which it reaches a participant.
    pub fn contact_kind(&self) -> &'static str {
        match self.kind.as_str() {
            "mailing" => "email",
            "meetings" => "meeting",
            "calls" | "advertising" | "sale" | "other" => "call",
            _ => "visit",
        }
    }

    /// What is to take the place of `known`; its revision tells whether it says anything new.
    #[must_use]
    pub fn after(self, known: &Self) -> Self {
        let same = Self {
            revision: known.revision,
            ..self
        };
        let revision = known.revision + i64::from(same != *known);
        Self { revision, ..same }
    }
}

/// A campaign cannot go back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("campaign is {} and cannot go back to {}", .from.as_str(), .to.as_str())]
pub struct CannotGoBack {
    pub from: State,
    pub to: State,
}

impl Campaign {
    pub fn new(id: CampaignId, card: Card, now: DateTime<Utc>) -> Self {
        Self {
            id,
            revision: 1,
            state: State::Preparing,
            quick: false,
            card,
            created_at: now,
        }
    }

    /// A quick campaign runs from the beginning.
    pub fn quick(id: CampaignId, card: Card, now: DateTime<Utc>) -> Self {
        Self {
            state: State::Running,
            quick: true,
            ..Self::new(id, card, now)
        }
    }

    /// Replaces the card; `false` if it is as it was.
    pub fn change(&mut self, card: Card) -> bool {
        let changed = self.card != card;
        if changed {
            self.card = card;
            self.revision += 1;
        }
        changed
    }

    /// Moves on; `false` if it is there already.
    pub fn enter(&mut self, state: State) -> Result<bool, CannotGoBack> {
        if state < self.state {
            return Err(CannotGoBack {
                from: self.state,
                to: state,
            });
        }
        let moved = state > self.state;
        if moved {
            self.state = state;
            self.revision += 1;
        }
        Ok(moved)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_campaign_only_goes_forward() {
        for from in State::ALL {
            for to in State::ALL {
                let mut campaign = Campaign::new(
                    CampaignId::generate(),
                    Card::default(),
                    DateTime::UNIX_EPOCH,
                );
                campaign.state = from;
                let moved = campaign.enter(to);
                assert_eq!(moved.is_err(), to < from, "{from:?} to {to:?}");
                assert_eq!(moved == Ok(true), to > from, "{from:?} to {to:?}");
                assert_eq!(campaign.revision, if to > from { 2 } else { 1 });
            }
        }
    }

    #[test]
    fn the_same_card_again_changes_nothing() {
        let mut campaign = Campaign::new(
            CampaignId::generate(),
            Card::default(),
            DateTime::UNIX_EPOCH,
        );
        assert!(!campaign.change(Card::default()));
        assert!(campaign.change(Card {
            name: "Fair".to_owned(),
            ..Card::default()
        }));
        assert_eq!(campaign.revision, 2);
    }
}
