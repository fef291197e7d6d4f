//! Contracts that ended and were not followed.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use clock::Timestamp;
use ids::{ContractId, OrganisationId, PersonId, StaffId};

use super::code::Code;
use super::contract::Contract;
use super::kind::Kind;

/// Whom a contract is with.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Client {
    /// All records that are one person.
    pub persons: BTreeSet<PersonId>,
    pub organisation: Option<OrganisationId>,
}

/// A signed contract that may follow one that ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Follower {
    pub id: ContractId,
    pub kind: Kind,
    pub previous: Option<ContractId>,
    pub person: Option<PersonId>,
    pub organisation: Option<OrganisationId>,
    pub signed_at: Timestamp,
    pub ended_at: Option<Timestamp>,
}

/// What became of a contract that ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Not followed within the grace.
    Churned,
    /// Not followed yet.
    Undecided,
    /// By the first one that does.
    Followed(ContractId),
}

/// What became of a contract that ended at `end`.
pub fn fate<'a>(
    ended: (ContractId, Timestamp),
    client: &Client,
    others: impl IntoIterator<Item = &'a Follower>,
    grace: TimeDelta,
    now: Timestamp,
) -> Fate {
    let (_, end) = ended;
    let follower = others
        .into_iter()
        .filter(|other| follows(ended, client, other, grace))
        .min_by_key(|other| (other.signed_at, other.id));
    match follower {
        Some(follower) => Fate::Followed(follower.id),
        None if now < end + grace => Fate::Undecided,
        None => Fate::Churned,
    }
}

/// Its own renewal, extension or expansion follows a contract however early it was signed; another one of
/// the client's when it was signed around the end. What ended first follows nothing.
fn follows(
    (id, end): (ContractId, Timestamp),
    client: &Client,
    other: &Follower,
    grace: TimeDelta,
) -> bool {
    let outlasts = other.ended_at.is_none_or(|ended_at| ended_at > end);
    let in_time = other.signed_at <= end + grace;
    let carries_on = other.previous == Some(id) && other.kind.carries_on();
    let around_the_end = client.has(other) && other.signed_at >= end - grace;
    other.id != id && outlasts && in_time && (carries_on || around_the_end)
}

impl Client {
    fn has(&self, other: &Follower) -> bool {
        let person = other.person.is_some_and(|id| self.persons.contains(&id));
        let organisation = self.organisation.is_some() && self.organisation == other.organisation;
        person || organisation
    }
}

/// Contracts that churned, and their value by currency in minor units.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tally {
    pub churned: i64,
    pub lost: BTreeMap<String, i64>,
}

/// The same, together with what it is compared to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Group {
    /// Contracts in force at the start.
    pub in_force: i64,
    pub all: Tally,
    pub reasons: BTreeMap<Option<Code>, Tally>,
}

/// What churned in a month.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Figures {
    pub ended: i64,
    pub undecided: i64,
    pub group: Group,
    pub managers: BTreeMap<Option<StaffId>, Group>,
}

impl Figures {
    /// Counts contracts of a key-account manager that are in force at the start.
    pub fn start_with(&mut self, manager: Option<StaffId>, contracts: i64) {
        self.group.in_force += contracts;
        self.managers.entry(manager).or_default().in_force += contracts;
    }

    /// Counts a contract that ended.
    pub fn add(&mut self, contract: &Contract, fate: Fate) {
        self.ended += 1;
        match fate {
            Fate::Followed(_) => {}
            Fate::Undecided => self.undecided += 1,
            Fate::Churned => {
                self.group.add(contract);
                let manager = self.managers.entry(contract.responsible).or_default();
                manager.add(contract);
            }
        }
    }
}

impl Group {
    /// Churned to those in force, in hundredths of a per cent; `None` when none was in force.
    pub fn rate_basis_points(&self) -> Option<i64> {
        let (churned, in_force) = (self.all.churned, self.in_force);
        (in_force > 0).then(|| (churned * 10_000 + in_force / 2) / in_force)
    }

    fn add(&mut self, contract: &Contract) {
        let reason = contract.end_of().and_then(|end| end.kind.reason()).cloned();
        self.all.add(contract);
        self.reasons.entry(reason).or_default().add(contract);
    }
}

impl Tally {
    fn add(&mut self, contract: &Contract) {
        let currency = contract.terms.amount.currency().to_owned();
        let lost = self.lost.entry(currency).or_default();
        *lost = lost.saturating_add(contract.value());
        self.churned += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::super::contract::EndKind;
    use super::super::contract::tests::contract;
    use super::super::terms::tests::day;
    use super::*;

    const GRACE: TimeDelta = TimeDelta::days(60);

    /// Another contract of the client of one that ended on day 1000.
    struct Case {
        ended: ContractId,
        client: Client,
        other: Follower,
    }

    fn case(signed: i64) -> Case {
        let person = PersonId::generate();
        Case {
            ended: ContractId::generate(),
            client: Client {
                persons: [person, PersonId::generate()].into(),
                organisation: Some(OrganisationId::generate()),
            },
            other: Follower {
                id: ContractId::generate(),
                kind: Kind::New,
                previous: None,
                person: Some(person),
                organisation: None,
                signed_at: day(signed),
                ended_at: None,
            },
        }
    }

    fn followed(case: &Case) -> bool {
        let ended = (case.ended, day(1_000));
        let fate = fate(ended, &case.client, [&case.other], GRACE, day(2_000));
        assert_ne!(fate, Fate::Undecided);
        fate == Fate::Followed(case.other.id)
    }

    #[test]
    fn another_contract_of_the_client_follows_when_it_was_signed_around_the_end() {
        for (signed, expected) in [
            (939, false),
            (940, true),
            (1_000, true),
            (1_060, true),
            (1_061, false),
        ] {
            assert_eq!(followed(&case(signed)), expected, "{signed}");
        }
        let mut stranger = case(1_000);
        stranger.other.person = Some(PersonId::generate());
        assert!(!followed(&stranger));
        stranger.other.organisation = stranger.client.organisation;
        assert!(followed(&stranger), "of the same organisation");
        let mut nobody = case(1_000);
        nobody.client = Client::default();
        nobody.other.person = None;
        assert!(!followed(&nobody), "two without a client are not of one");
    }

    #[test]
    fn what_carries_it_on_follows_however_early_it_was_signed() {
        for (kind, expected) in [
            (Kind::Renewal, true),
            (Kind::Extension, true),
            (Kind::Expansion, true),
            (Kind::CrossSale, false),
        ] {
            let mut early = case(100);
            early.other.kind = kind;
            early.other.previous = Some(early.ended);
            assert_eq!(followed(&early), expected, "{kind}");
            early.other.signed_at = day(1_061);
            assert!(!followed(&early), "{kind}");
        }
    }

    #[test]
    fn what_ended_first_follows_nothing() {
        for (ended, expected) in [(999, false), (1_000, false), (1_001, true)] {
            let mut short = case(990);
            short.other.ended_at = Some(day(ended));
            assert_eq!(followed(&short), expected, "{ended}");
        }
        let mut same = case(990);
        same.other.id = same.ended;
        assert!(!followed(&same), "nor does a contract itself");
    }

    #[test]
    fn the_first_one_follows_and_until_the_grace_is_over_nothing_is_decided() {
        let (one, other) = (case(1_010), case(1_005));
        let second = Follower {
            person: one.other.person,
            ..other.other
        };
        let ended = (one.ended, day(1_000));
        let both = fate(ended, &one.client, [&one.other, &second], GRACE, day(1_020));
        assert_eq!(both, Fate::Followed(second.id));
        for (now, expected) in [
            (1_000, Fate::Undecided),
            (1_059, Fate::Undecided),
            (1_060, Fate::Churned),
        ] {
            assert_eq!(fate(ended, &one.client, [], GRACE, day(now)), expected);
        }
    }

    #[test]
    fn figures_add_up() {
        let ended = |reason: &str, minor| {
            let mut contract = contract();
            contract.terms.amount = super::super::money::Money::try_new(minor, "EUR").unwrap();
            let reason = Code::try_new(reason).unwrap();
            contract
                .end(EndKind::Terminated { reason }, day(9))
                .unwrap();
            contract
        };
        let mut figures = Figures::default();
        let manager = Some(StaffId::generate());
        figures.start_with(manager, 5);
        figures.start_with(None, 2);
        figures.add(&ended("price", 100), Fate::Churned);
        figures.add(&ended("price", 10), Fate::Churned);
        figures.add(&ended("quality", 1), Fate::Churned);
        figures.add(&ended("price", 1_000), Fate::Undecided);
        figures.add(
            &ended("price", 1_000),
            Fate::Followed(ContractId::generate()),
        );
        assert_eq!((figures.ended, figures.undecided), (5, 1));
        assert_eq!(figures.group.all.churned, 3);
        assert_eq!(figures.group.all.lost.get("EUR"), Some(&111));
        assert_eq!(figures.group.rate_basis_points(), Some(4_286), "3 of 7");
        let price = Code::try_new("price").unwrap();
        assert_eq!(figures.group.reasons[&Some(price)].lost["EUR"], 110);
        assert_eq!(figures.managers[&manager].rate_basis_points(), Some(0));
        assert_eq!(figures.managers[&None].rate_basis_points(), Some(15_000));
        assert_eq!(Group::default().rate_basis_points(), None);
    }
}
