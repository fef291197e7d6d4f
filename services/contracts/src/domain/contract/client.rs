//! Whom a contract is with, and how it follows the client base.

use std::str::FromStr;

use ids::{OrganisationId, PersonId};

use super::Contract;

/// Whom a contract is with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Client {
    pub person: Option<PersonId>,
    pub organisation: Option<OrganisationId>,
    pub named_by: NamedBy,
}

/// Who named person and organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NamedBy {
    /// The deal, from what it knew; the client base has not told of them yet.
    Deal,
    ClientBase,
    /// Somebody chose them on the deal.
    Staff,
}

impl Contract {
    /// Takes over whom the client base names, unless somebody chose; `false` when nothing changes.
    ///
    /// Once signed, a contract stays with the organisation that its person had, wherever the person
    /// goes. What comes to be known only then is taken over.
    pub fn follow(&mut self, person: PersonId, organisation: Option<OrganisationId>) -> bool {
        let client = self.parties.client;
        let organisation = match client.named_by {
            NamedBy::Staff => return false,
            NamedBy::ClientBase if self.reached().signed_at.is_some() => client.organisation,
            NamedBy::ClientBase | NamedBy::Deal => organisation,
        };
        let followed = Client {
            person: Some(person),
            organisation,
            named_by: NamedBy::ClientBase,
        };
        self.parties.client = followed;
        client != followed
    }
}

impl NamedBy {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Deal => "deal",
            Self::ClientBase => "client_base",
            Self::Staff => "staff",
        }
    }
}

/// Nobody of this name names clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not one who names clients")]
pub struct Unknown;

impl FromStr for NamedBy {
    type Err = Unknown;

    fn from_str(name: &str) -> Result<Self, Unknown> {
        let all = [Self::Deal, Self::ClientBase, Self::Staff];
        let known = all.into_iter().find(|it| it.as_str() == name);
        known.ok_or(Unknown)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{active, contract, ended, sent, signed};
    use super::*;

    fn persons() -> [PersonId; 2] {
        std::array::from_fn(|_| PersonId::generate())
    }

    fn organisations() -> [Option<OrganisationId>; 2] {
        std::array::from_fn(|_| Some(OrganisationId::generate()))
    }

    #[test]
    fn a_contract_follows_the_client_base_unless_somebody_chose() {
        let ([person, other], [old, new]) = (persons(), organisations());
        let mut contract = contract();
        assert!(contract.follow(person, old));
        assert!(
            !contract.follow(person, old),
            "the same again changes nothing"
        );
        assert!(contract.follow(person, None), "it left the organisation");
        assert!(contract.follow(other, new));
        let client = contract.parties.client;
        assert_eq!((client.person, client.organisation), (Some(other), new));

        contract.parties.client.named_by = NamedBy::Staff;
        let chosen = contract.parties.client;
        assert!(!contract.follow(person, old));
        assert_eq!(contract.parties.client, chosen);
    }

    #[test]
    fn a_signed_contract_stays_with_its_organisation() {
        let ([person, other], [old, new]) = (persons(), organisations());
        for mut contract in [signed(), active(), ended()] {
            assert!(contract.follow(person, old), "nothing was known before");
            assert!(!contract.follow(person, new), "it went elsewhere");
            assert!(contract.follow(other, new), "it is somebody else");
            let client = contract.parties.client;
            assert_eq!((client.person, client.organisation), (Some(other), old));
        }
        let mut sent = sent();
        assert!(sent.follow(person, old) && sent.follow(person, new));
        assert_eq!(sent.parties.client.organisation, new);
    }

    #[test]
    fn who_named_a_client_is_read_as_it_is_written() {
        for who in [NamedBy::Deal, NamedBy::ClientBase, NamedBy::Staff] {
            assert_eq!(who.as_str().parse(), Ok(who));
        }
        assert_eq!("somebody".parse::<NamedBy>(), Err(Unknown));
    }
}
