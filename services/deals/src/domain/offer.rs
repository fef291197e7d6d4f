//! Offers on a deal: drafted, sent, accepted or declined, and what they come to.

mod line;

use std::fmt;
use std::str::FromStr;

use clock::Timestamp;
use ids::{DealId, OfferId, StaffId};

pub use self::line::{BasisPoints, Line, LineKind, Lines, Sums, Terms, TooMuch, UnknownKind};
pub use self::line::{MAX_LINES, MAX_QUANTITY_MILLI};
use super::money::Money;

/// One version of an offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    pub id: OfferId,
    pub revision: i64,
    pub deal: DealId,
    /// As shown, the same for all versions.
    pub number: String,
    /// 1 for the first.
    pub version: i32,
    pub previous: Option<OfferId>,
    pub state: State,
    pub content: Content,
    pub created_at: Timestamp,
    pub created_by: Option<StaffId>,
}

/// Where an offer stands. Only what was sent is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Draft,
    Sent { at: Timestamp },
    Accepted { sent_at: Timestamp, at: Timestamp },
    Declined { sent_at: Timestamp, at: Timestamp },
}

/// What an offer says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    pub currency: String,
    /// The client as addressed.
    pub addressee: String,
    /// Words before the lines.
    pub introduction: String,
    /// Words after the lines.
    pub terms: String,
    /// Last moment at which it may be accepted.
    pub valid_until: Option<Timestamp>,
    pub language: Language,
    pub lines: Lines,
}

/// Language of the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    English,
    Russian,
    Hungarian,
    Latvian,
}

/// No language of ours is called so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a language is en, ru, hu or lv")]
pub struct UnknownLanguage;

/// Why something is not done with an offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("the offer was sent; a new version may be drafted")]
    AlreadySent,
    #[error("the offer was not sent yet")]
    NotSent,
    #[error("the offer has no lines")]
    Empty,
    #[error("the offer is no longer valid")]
    Expired,
    #[error("the offer is already accepted")]
    AlreadyAccepted,
    #[error("the offer is already declined")]
    AlreadyDeclined,
    #[error("a newer version of the offer was sent")]
    Superseded,
    #[error("the offer has a newer version")]
    AlreadyRevised,
}

impl Offer {
    /// Drafts the first version of an offer.
    pub fn draft(
        id: OfferId,
        deal: DealId,
        content: Content,
        by: Option<StaffId>,
        now: Timestamp,
    ) -> Self {
        Self {
            id,
            revision: 1,
            deal,
            // The random end of the id.
            number: format!("{:08X}", id.uuid().as_u128() & 0xffff_ffff),
            version: 1,
            previous: None,
            state: State::Draft,
            content,
            created_at: now,
            created_by: by,
        }
    }

    /// Replaces what a draft says; `false` when it says so already.
    pub fn change(&mut self, content: Content) -> Result<bool, Refused> {
        if self.content == content {
            return Ok(false);
        }
        match self.state {
            State::Draft => {
                self.content = content;
                Ok(true)
            }
            State::Sent { .. } | State::Accepted { .. } | State::Declined { .. } => {
                Err(Refused::AlreadySent)
            }
        }
    }

    /// Sends a draft; sent twice, nothing changes and it is `false`.
    pub fn send(&mut self, now: Timestamp) -> Result<bool, Refused> {
        match self.state {
            State::Draft => {
                if self.content.lines.is_empty() {
                    return Err(Refused::Empty);
                }
                self.check_valid(now)?;
                self.state = State::Sent { at: now };
                Ok(true)
            }
            State::Sent { .. } | State::Accepted { .. } | State::Declined { .. } => Ok(false),
        }
    }

    /// Accepts what was sent while it is valid; `false` when it is accepted already.
    pub fn accept(&mut self, now: Timestamp) -> Result<bool, Refused> {
        match self.state {
            State::Draft => Err(Refused::NotSent),
            State::Sent { at: sent_at } => {
                self.check_valid(now)?;
                self.state = State::Accepted { sent_at, at: now };
                Ok(true)
            }
            State::Accepted { .. } => Ok(false),
            State::Declined { .. } => Err(Refused::AlreadyDeclined),
        }
    }

    /// Declines what was sent; `false` when it is declined already.
    pub fn decline(&mut self, now: Timestamp) -> Result<bool, Refused> {
        match self.state {
            State::Draft => Err(Refused::NotSent),
            State::Sent { at: sent_at } => {
                self.state = State::Declined { sent_at, at: now };
                Ok(true)
            }
            State::Accepted { .. } => Err(Refused::AlreadyAccepted),
            State::Declined { .. } => Ok(false),
        }
    }

    /// Drafts the next version of what was sent.
    pub fn revise(
        &self,
        id: OfferId,
        by: Option<StaffId>,
        now: Timestamp,
    ) -> Result<Self, Refused> {
        if self.state == State::Draft {
            return Err(Refused::NotSent);
        }
        Ok(Self {
            number: self.number.clone(),
            version: self.version.saturating_add(1),
            previous: Some(self.id),
            ..Self::draft(id, self.deal, self.content.clone(), by, now)
        })
    }

    /// Its sum before tax: what the deal is worth when it is accepted.
    pub fn amount(&self) -> Option<Money> {
        Money::try_new(self.content.lines.sums().net, &self.content.currency).ok()
    }

    pub fn sent_at(&self) -> Option<Timestamp> {
        match self.state {
            State::Draft => None,
            State::Sent { at: sent_at }
            | State::Accepted { sent_at, .. }
            | State::Declined { sent_at, .. } => Some(sent_at),
        }
    }

    pub fn answered_at(&self) -> Option<Timestamp> {
        match self.state {
            State::Draft | State::Sent { .. } => None,
            State::Accepted { at, .. } | State::Declined { at, .. } => Some(at),
        }
    }

    fn check_valid(&self, now: Timestamp) -> Result<(), Refused> {
        match self.content.valid_until {
            Some(until) if until < now => Err(Refused::Expired),
            _ => Ok(()),
        }
    }
}

impl State {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Sent { .. } => "sent",
            Self::Accepted { .. } => "accepted",
            Self::Declined { .. } => "declined",
        }
    }
}

impl Language {
    pub const ALL: [Self; 4] = [Self::English, Self::Russian, Self::Hungarian, Self::Latvian];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Russian => "ru",
            Self::Hungarian => "hu",
            Self::Latvian => "lv",
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Language {
    type Err = UnknownLanguage;

    fn from_str(text: &str) -> Result<Self, UnknownLanguage> {
        Self::ALL
            .into_iter()
            .find(|language| language.as_str() == text)
            .ok_or(UnknownLanguage)
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::line::tests::line;
    use super::*;

    fn hour(n: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + TimeDelta::hours(n)
    }

    fn content(lines: Vec<Line>) -> Content {
        Content {
            currency: "EUR".to_owned(),
            addressee: String::new(),
            introduction: String::new(),
            terms: String::new(),
            valid_until: Some(hour(10)),
            language: Language::Hungarian,
            lines: Lines::try_new(lines).unwrap(),
        }
    }

    fn draft() -> Offer {
        let content = content(vec![line(1_000, 500, 0, 0)]);
        Offer::draft(
            OfferId::generate(),
            DealId::generate(),
            content,
            None,
            hour(0),
        )
    }

    #[test]
    fn an_offer_is_sent_and_answered_once() {
        let mut offer = draft();
        assert_eq!(offer.accept(hour(1)), Err(Refused::NotSent));
        assert_eq!(offer.decline(hour(1)), Err(Refused::NotSent));
        assert_eq!(offer.send(hour(1)), Ok(true));
        assert_eq!(offer.send(hour(2)), Ok(false));
        let mut declined = offer.clone();
        assert_eq!(offer.accept(hour(3)), Ok(true));
        assert_eq!(offer.accept(hour(4)), Ok(false));
        assert_eq!(offer.decline(hour(4)), Err(Refused::AlreadyAccepted));
        assert_eq!(offer.sent_at(), Some(hour(1)));
        assert_eq!(offer.answered_at(), Some(hour(3)));

        assert_eq!(declined.decline(hour(3)), Ok(true));
        assert_eq!(declined.decline(hour(4)), Ok(false));
        assert_eq!(declined.accept(hour(4)), Err(Refused::AlreadyDeclined));
    }

    #[test]
    fn what_was_sent_stays_and_gets_a_new_version() {
        let mut offer = draft();
        let other = content(vec![line(2_000, 500, 0, 0)]);
        assert_eq!(
            offer.revise(OfferId::generate(), None, hour(1)),
            Err(Refused::NotSent)
        );
        assert_eq!(offer.change(other.clone()), Ok(true));
        assert_eq!(offer.change(other.clone()), Ok(false));
        offer.send(hour(1)).unwrap();
        assert_eq!(offer.change(other), Ok(false), "it says so already");
        assert_eq!(offer.change(content(vec![])), Err(Refused::AlreadySent));
        let id = OfferId::generate();
        let next = offer.revise(id, None, hour(2)).unwrap();
        assert_eq!(
            (next.id, next.version, next.previous),
            (id, 2, Some(offer.id))
        );
        assert_eq!(
            (&next.number, &next.content),
            (&offer.number, &offer.content)
        );
        assert_eq!(next.state, State::Draft);
    }

    #[test]
    fn an_offer_without_lines_or_past_its_time_goes_nowhere() {
        let mut empty = draft();
        empty.change(content(vec![])).unwrap();
        assert_eq!(empty.send(hour(1)), Err(Refused::Empty));
        let mut late = draft();
        assert_eq!(late.send(hour(11)), Err(Refused::Expired));
        assert_eq!(late.send(hour(10)), Ok(true));
        assert_eq!(late.accept(hour(11)), Err(Refused::Expired));
        assert_eq!(late.accept(hour(10)), Ok(true));
    }

    #[test]
    fn languages_read_back() {
        for language in Language::ALL {
            assert_eq!(language.as_str().parse(), Ok(language));
        }
        assert_eq!("de".parse::<Language>(), Err(UnknownLanguage));
    }
}
