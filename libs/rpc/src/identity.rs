//! Who is calling.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Who is calling, as a token says.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Identity {
    /// Nobody known.
    #[default]
    Anyone,
    /// A partner's system.
    Partner {
        /// The partner's id.
        id: String,
        /// The partner's name.
        name: String,
        /// Whether it plays in the sandbox: what it sends is kept apart.
        sandbox: bool,
    },
    /// A member of the staff.
    Staff {
        /// The person's staff id.
        id: String,
        /// What the person may do.
        roles: Vec<Role>,
    },
    /// One of our own services.
    Service {
        /// The service's name.
        name: String,
    },
}

impl Identity {
    /// The sort of caller, for logs and metrics: it says nothing about the person.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Anyone => "anyone",
            Self::Partner { .. } => "partner",
            Self::Staff { .. } => "staff",
            Self::Service { .. } => "service",
        }
    }

    /// The caller's id; a service's name. `None` for anyone.
    pub fn id(&self) -> Option<&str> {
        match self {
            Self::Anyone => None,
            Self::Partner { id, .. } | Self::Staff { id, .. } => Some(id),
            Self::Service { name } => Some(name),
        }
    }

    /// Whether this is a member of the staff with that role.
    pub fn has_role(&self, role: Role) -> bool {
        matches!(self, Self::Staff { roles, .. } if roles.contains(&role))
    }
}

/// What a member of the staff may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Works on leads, calls and deals.
    Agent,
    /// Leads a department.
    Head,
    /// Runs campaigns.
    Marketer,
    /// Looks after large customers.
    KeyAccountManager,
    /// Sets the installation up.
    Admin,
    /// Sees all, changes nothing.
    Auditor,
}

impl Role {
    /// All roles there are.
    pub const ALL: [Self; 6] = [
        Self::Agent,
        Self::Head,
        Self::Marketer,
        Self::KeyAccountManager,
        Self::Admin,
        Self::Auditor,
    ];

    /// The role as it is written in tokens, policies and tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::Head => "head",
            Self::Marketer => "marketer",
            Self::KeyAccountManager => "key_account_manager",
            Self::Admin => "admin",
            Self::Auditor => "auditor",
        }
    }

    /// The role written as `text`, if there is one.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == text)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Who sent a request, as the access layer has found out.
pub fn identity<T>(request: &tonic::Request<T>) -> &Identity {
    request
        .extensions()
        .get::<Identity>()
        .unwrap_or(&Identity::Anyone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_is_read_as_it_is_written() {
        for role in Role::ALL {
            assert_eq!(Role::parse(role.as_str()), Some(role));
            let json = serde_json::to_value(role).unwrap();
            assert_eq!(json, role.as_str());
        }
        assert_eq!(Role::parse("root"), None);
    }

    #[test]
    fn a_request_without_the_access_layer_comes_from_anyone() {
        let request = tonic::Request::new(());
        assert_eq!(identity(&request), &Identity::Anyone);
    }
}
