//! Who may call what: one table, deny by default.

mod body;
mod call;
mod layer;

use std::{collections::HashMap, sync::Arc};

pub use self::layer::{AccessLayer, Guarded};
use crate::{
    failure::{Code, Failure},
    identity::{Identity, Role},
    keys::TokenError,
};

/// A sort of caller that a row of the policy admits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Caller {
    /// Everybody, with or without a token.
    Anyone,
    /// A partner's system.
    Partner,
    /// Staff with the role of an agent.
    Agent,
    /// Staff with the role of a head.
    Head,
    /// Staff with the role of a marketer.
    Marketer,
    /// Staff with the role of a key account manager.
    KeyAccountManager,
    /// Staff with the role of an admin.
    Admin,
    /// Staff with the role of an auditor.
    Auditor,
    /// One of our own services.
    Service,
}

impl Caller {
    /// The caller written as `text` in a policy, if there is one.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "anyone" => Some(Self::Anyone),
            "partner" => Some(Self::Partner),
            "service" => Some(Self::Service),
            role => Role::parse(role).map(Self::from),
        }
    }

    fn admits(self, identity: &Identity) -> bool {
        match identity {
            _ if self == Self::Anyone => true,
            Identity::Anyone => false,
            Identity::Partner { .. } => self == Self::Partner,
            Identity::Service { .. } => self == Self::Service,
            Identity::Staff { roles, .. } => roles.iter().any(|role| self == Self::from(*role)),
        }
    }
}

impl From<Role> for Caller {
    fn from(role: Role) -> Self {
        match role {
            Role::Agent => Self::Agent,
            Role::Head => Self::Head,
            Role::Marketer => Self::Marketer,
            Role::KeyAccountManager => Self::KeyAccountManager,
            Role::Admin => Self::Admin,
            Role::Auditor => Self::Auditor,
        }
    }
}

/// The table of who may call which method or route. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Policy {
    rows: Arc<HashMap<&'static str, Vec<Caller>>>,
}

/// A policy that cannot be meant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// A row names a sort of caller that does not exist.
    #[error("policy of `{method}` names the unknown caller `{caller}`")]
    UnknownCaller {
        /// The row's method.
        method: &'static str,
        /// The caller it names.
        caller: &'static str,
    },
    /// A row admits nobody: leave it out instead.
    #[error("policy of `{0}` admits nobody")]
    Nobody(&'static str),
    /// Two rows for one method: which one holds?
    #[error("policy of `{0}` is given twice")]
    Twice(&'static str),
}

/// Why a call is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// The caller does not say who it is.
    #[error("credentials are missing")]
    Missing,
    /// The caller's token is not one of ours.
    #[error("credentials are not valid")]
    Invalid,
    /// The caller's token was good once.
    #[error("credentials have expired")]
    Expired,
    /// The caller is known and may not do this.
    #[error("the caller may not do this")]
    NotAllowed,
}

impl Failure for Denied {
    fn code(&self) -> Code {
        match self {
            Self::Missing | Self::Invalid | Self::Expired => Code::Unauthenticated,
            Self::NotAllowed => Code::PermissionDenied,
        }
    }

    fn reason(&self) -> &'static str {
        match self {
            Self::Missing => "CREDENTIALS_MISSING",
            Self::Invalid => "CREDENTIALS_INVALID",
            Self::Expired => "CREDENTIALS_EXPIRED",
            Self::NotAllowed => "NOT_ALLOWED",
        }
    }
}

impl From<TokenError> for Denied {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::Expired => Self::Expired,
            TokenError::Invalid => Self::Invalid,
        }
    }
}

impl Policy {
    /// A policy from rows of a method and the callers it admits.
    pub fn new(
        rows: &'static [(&'static str, &'static [&'static str])],
    ) -> Result<Self, PolicyError> {
        let mut table = HashMap::with_capacity(rows.len());
        for (method, names) in rows {
            let callers = names
                .iter()
                .map(|caller| {
                    Caller::parse(caller).ok_or(PolicyError::UnknownCaller { method, caller })
                })
                .collect::<Result<Vec<_>, _>>()?;
            if callers.is_empty() {
                return Err(PolicyError::Nobody(method));
            }
            if table.insert(*method, callers).is_some() {
                return Err(PolicyError::Twice(method));
            }
        }
        Ok(Self {
            rows: Arc::new(table),
        })
    }

    /// Whether `identity` may call `method`. A method without a row is closed to all.
    pub fn check(&self, method: &str, identity: &Identity) -> Result<(), Denied> {
        let callers = self.rows.get(method).map_or(&[][..], Vec::as_slice);
        if callers.iter().any(|caller| caller.admits(identity)) {
            return Ok(());
        }
        Err(match identity {
            Identity::Anyone => Denied::Missing,
            _ => Denied::NotAllowed,
        })
    }

    /// The method as the table writes it, so that it can name a metric.
    fn known(&self, method: &str) -> Option<&'static str> {
        self.rows.get_key_value(method).map(|(known, _)| *known)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROWS: &[(&str, &[&str])] = &[
        ("/s/Public", &["anyone"]),
        ("/s/Partner", &["partner", "service"]),
        ("/s/Desk", &["agent", "head"]),
        ("/s/Setup", &["admin"]),
    ];

    fn staff(roles: &[Role]) -> Identity {
        Identity::Staff {
            id: "staff_1".to_owned(),
            roles: roles.to_vec(),
        }
    }

    fn partner() -> Identity {
        Identity::Partner {
            id: "part_1".to_owned(),
            name: "P".to_owned(),
            sandbox: false,
        }
    }

    fn service() -> Identity {
        Identity::Service {
            name: "deals".to_owned(),
        }
    }

    #[test]
    fn each_caller_may_do_what_the_table_says_and_nothing_else() {
        let policy = Policy::new(ROWS).unwrap();
        let (missing, not_allowed) = (Err(Denied::Missing), Err(Denied::NotAllowed));
        for (identity, public, partner, desk, setup) in [
            (Identity::Anyone, Ok(()), missing, missing, missing),
            (partner(), Ok(()), Ok(()), not_allowed, not_allowed),
            (service(), Ok(()), Ok(()), not_allowed, not_allowed),
            (staff(&[]), Ok(()), not_allowed, not_allowed, not_allowed),
            (
                staff(&[Role::Head]),
                Ok(()),
                not_allowed,
                Ok(()),
                not_allowed,
            ),
            (
                staff(&[Role::Admin]),
                Ok(()),
                not_allowed,
                not_allowed,
                Ok(()),
            ),
            (
                staff(&[Role::Auditor, Role::Agent]),
                Ok(()),
                not_allowed,
                Ok(()),
                not_allowed,
            ),
        ] {
            assert_eq!(policy.check("/s/Public", &identity), public, "{identity:?}");
            assert_eq!(
                policy.check("/s/Partner", &identity),
                partner,
                "{identity:?}"
            );
            assert_eq!(policy.check("/s/Desk", &identity), desk, "{identity:?}");
            assert_eq!(policy.check("/s/Setup", &identity), setup, "{identity:?}");
        }
    }

    #[test]
    fn a_method_without_a_row_is_closed_to_all() {
        let policy = Policy::new(ROWS).unwrap();
        for method in ["/s/New", "/s/public", "/s/Public/", ""] {
            let anyone = policy.check(method, &Identity::Anyone);
            assert_eq!(anyone, Err(Denied::Missing), "{method}");
            let admin = policy.check(method, &staff(&Role::ALL));
            assert_eq!(admin, Err(Denied::NotAllowed), "{method}");
        }
    }

    #[test]
    fn a_table_that_cannot_be_meant_is_refused() {
        let unknown = Policy::new(&[("/s/A", &["agent", "boss"])]).unwrap_err();
        let expected = PolicyError::UnknownCaller {
            method: "/s/A",
            caller: "boss",
        };
        assert_eq!(unknown, expected);
        let nobody = Policy::new(&[("/s/A", &[])]).unwrap_err();
        assert_eq!(nobody, PolicyError::Nobody("/s/A"));
        let twice = Policy::new(&[("/s/A", &["agent"]), ("/s/A", &["head"])]).unwrap_err();
        assert_eq!(twice, PolicyError::Twice("/s/A"));
    }
}
