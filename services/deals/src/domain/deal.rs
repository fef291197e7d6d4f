//! A formed need on its way through the stages of its topic, to won or lost.

mod close;
mod contact;
mod edit;
mod stage;

use clock::Timestamp;
use ids::{ContractId, DealId, LeadId, OrganisationId, PersonId, StaffId, TopicId};

pub use self::close::{LoseRefused, WinRefused};
pub use self::edit::{Change, Edit};
pub use self::stage::{MoveRefused, StageChanged};
use super::code::Code;
use super::contact::NextContact;
use super::money::Money;
use super::source::Source;
use super::topic::Topic;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deal {
    pub id: DealId,
    /// Counts the changes that were saved.
    pub revision: i64,
    pub topic: TopicId,
    pub stage: Code,
    pub stage_since: Timestamp,
    pub state: State,
    pub title: String,
    pub amount: Option<Money>,
    /// Empty when not known.
    pub sale_object: String,
    pub expected_close_at: Option<Timestamp>,
    /// Whether the responsible vouches for amount and date.
    pub committed: bool,
    pub client: Client,
    pub responsible: Option<StaffId>,
    pub origin: Origin,
    pub source: Option<Source>,
    pub note: String,
    pub opened_at: Timestamp,
}

/// Where a deal stands. Only an open deal has a next contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    Open { next_contact: Option<NextContact> },
    Won { at: Timestamp },
    Lost(Loss),
}

/// Why and when a deal was lost; its stage stays that of the deal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loss {
    pub at: Timestamp,
    pub reason: Code,
    /// In words.
    pub note: String,
}

/// What a deal came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    Lead(LeadId),
    Email(Option<LeadId>),
    Direct,
    Renewal(ContractId),
    /// The same contract for longer.
    Extension(ContractId),
    /// More of the same.
    Expansion(ContractId),
    /// Something else to somebody who has this contract.
    CrossSale(ContractId),
}

/// Whom the deal is with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Client {
    pub person: Option<PersonId>,
    pub organisation: Option<OrganisationId>,
    /// Whether somebody chose it; otherwise it follows the client base.
    pub by_hand: bool,
}

/// The deal is no longer open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AlreadyClosed {
    #[error("the deal is already won")]
    Won,
    #[error("the deal is already lost")]
    Lost,
}

/// What is known of a deal when it opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    pub id: DealId,
    pub title: String,
    pub amount: Option<Money>,
    pub sale_object: String,
    pub expected_close_at: Option<Timestamp>,
    pub committed: bool,
    pub client: Client,
    pub responsible: Option<StaffId>,
    pub origin: Origin,
    pub source: Option<Source>,
    pub note: String,
}

impl Deal {
    /// Opens a deal at the first stage of its topic.
    pub fn open(opening: Opening, topic: &Topic, now: Timestamp) -> Self {
        Self {
            id: opening.id,
            revision: 1,
            topic: topic.id,
            stage: topic.stages.first().code.clone(),
            stage_since: now,
            state: State::Open { next_contact: None },
            title: opening.title,
            amount: opening.amount,
            sale_object: opening.sale_object,
            expected_close_at: opening.expected_close_at,
            committed: opening.committed,
            client: opening.client,
            responsible: opening.responsible,
            origin: opening.origin,
            source: opening.source,
            note: opening.note,
            opened_at: now,
        }
    }

    /// Takes over whom the client base names, unless somebody chose; `false` when nothing changes.
    pub fn follow(&mut self, known: Client) -> bool {
        let followed = Client {
            person: known.person.or(self.client.person),
            organisation: known.organisation,
            by_hand: false,
        };
        if self.client.by_hand || self.client == followed {
            return false;
        }
        self.client = followed;
        true
    }

    pub fn check_open(&self) -> Result<(), AlreadyClosed> {
        match self.state {
            State::Open { .. } => Ok(()),
            State::Won { .. } => Err(AlreadyClosed::Won),
            State::Lost(_) => Err(AlreadyClosed::Lost),
        }
    }

    pub fn next_contact(&self) -> Option<NextContact> {
        match self.state {
            State::Open { next_contact } => next_contact,
            State::Won { .. } | State::Lost(_) => None,
        }
    }

    pub fn closed_at(&self) -> Option<Timestamp> {
        match &self.state {
            State::Open { .. } => None,
            State::Won { at } => Some(*at),
            State::Lost(loss) => Some(loss.at),
        }
    }
}

impl Origin {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Lead(_) => "lead",
            Self::Email(_) => "email",
            Self::Direct => "direct",
            Self::Renewal(_) => "renewal",
            Self::Extension(_) => "extension",
            Self::Expansion(_) => "expansion",
            Self::CrossSale(_) => "cross_sale",
        }
    }

    pub fn lead(self) -> Option<LeadId> {
        match self {
            Self::Lead(lead) => Some(lead),
            Self::Email(lead) => lead,
            Self::Direct
            | Self::Renewal(_)
            | Self::Extension(_)
            | Self::Expansion(_)
            | Self::CrossSale(_) => None,
        }
    }

    pub fn renews(self) -> Option<ContractId> {
        match self {
            Self::Renewal(contract) => Some(contract),
            Self::Lead(_)
            | Self::Email(_)
            | Self::Direct
            | Self::Extension(_)
            | Self::Expansion(_)
            | Self::CrossSale(_) => None,
        }
    }

    /// The contract that the deal renews, extends, expands or goes beside.
    pub fn previous_contract(self) -> Option<ContractId> {
        match self {
            Self::Renewal(contract)
            | Self::Extension(contract)
            | Self::Expansion(contract)
            | Self::CrossSale(contract) => Some(contract),
            Self::Lead(_) | Self::Email(_) | Self::Direct => None,
        }
    }

    /// What the contract of the deal will be.
    pub fn contract_kind(self) -> &'static str {
        match self.previous_contract() {
            Some(_) => self.as_str(),
            None => "new",
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::super::topic::{Stages, tests::stage};
    use super::*;

    pub(super) fn start() -> Timestamp {
        Timestamp::UNIX_EPOCH
    }

    pub(super) fn hour(n: i64) -> Timestamp {
        start() + TimeDelta::hours(n)
    }

    pub(super) fn topic() -> Topic {
        let stages = vec![
            stage("need", &[]),
            stage("offer", &["amount", "person"]),
            stage("talks", &["activity:offer"]),
            stage("agreement", &[]),
        ];
        Topic {
            id: TopicId::generate(),
            revision: 1,
            code: Code::try_new("general").unwrap(),
            name: "General".to_owned(),
            stages: Stages::try_new(stages).unwrap(),
            is_default: true,
        }
    }

    pub(super) fn deal(topic: &Topic) -> Deal {
        let opening = Opening {
            id: DealId::generate(),
            title: "Twelve desks".to_owned(),
            amount: None,
            sale_object: String::new(),
            expected_close_at: None,
            committed: false,
            client: Client::default(),
            responsible: None,
            origin: Origin::Direct,
            source: None,
            note: String::new(),
        };
        Deal::open(opening, topic, start())
    }

    pub(super) fn euros(minor: i64) -> Money {
        Money::try_new(minor, "EUR").unwrap()
    }

    #[test]
    fn a_deal_opens_at_the_first_stage() {
        let deal = deal(&topic());
        assert_eq!(deal.stage.as_str(), "need");
        assert_eq!(deal.state, State::Open { next_contact: None });
        assert_eq!((deal.opened_at, deal.stage_since), (start(), start()));
    }

    #[test]
    fn the_client_follows_the_client_base_until_somebody_chooses() {
        let (person, organisation) = (PersonId::generate(), OrganisationId::generate());
        let known = Client {
            person: Some(person),
            organisation: Some(organisation),
            by_hand: false,
        };
        let mut deal = deal(&topic());
        assert!(deal.follow(known));
        assert!(!deal.follow(known), "the same again changes nothing");
        assert_eq!(deal.client, known);

        let private = Client {
            organisation: None,
            ..known
        };
        assert!(deal.follow(private));
        assert_eq!(deal.client.organisation, None);

        deal.client.by_hand = true;
        assert!(!deal.follow(known));
    }

    #[test]
    fn a_person_is_not_forgotten_when_nobody_claims_the_lead() {
        let person = PersonId::generate();
        let mut deal = deal(&topic());
        deal.client.person = Some(person);
        assert!(!deal.follow(Client::default()));
        assert_eq!(deal.client.person, Some(person));
    }
}
