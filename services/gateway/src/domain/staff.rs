//! An account of a member of staff.

use clock::Timestamp;
use ids::StaffId;

use super::{locale::Locale, role::Role};

/// A member of staff with an account.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Staff {
    pub(crate) id: StaffId,
    pub(crate) revision: i64,
    pub(crate) name: String,
    pub(crate) email: String,
    /// Never the password itself.
    pub(crate) password_hash: String,
    /// Sessions from before are over.
    pub(crate) password_changed_at: Option<Timestamp>,
    pub(crate) locale: Locale,
    pub(crate) roles: Vec<Role>,
    pub(crate) active: bool,
    pub(crate) opened_at: Timestamp,
}

/// What is to be changed; `None` stays as it is.
#[derive(Debug, Clone, Default)]
pub(crate) struct Change {
    pub(crate) name: Option<String>,
    pub(crate) locale: Option<Locale>,
    pub(crate) password_hash: Option<String>,
    pub(crate) roles: Option<Vec<Role>>,
    pub(crate) active: Option<bool>,
}

/// Without an admin nobody could let anybody in again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is the last admin")]
pub(crate) struct LastAdmin;

impl Staff {
    /// Whether this account can set the installation up.
    pub(crate) fn is_active_admin(&self) -> bool {
        self.active && self.roles.contains(&Role::Admin)
    }

    /// Whether a session that began in this second of the epoch is over.
    pub(crate) fn is_over(&self, began: i64) -> bool {
        self.password_changed_at
            .is_some_and(|at| began < at.timestamp())
    }

    /// Changes the account and says whether anything is different now.
    pub(crate) fn change(
        &mut self,
        change: Change,
        other_admins: i64,
        now: Timestamp,
    ) -> Result<bool, LastAdmin> {
        let before = self.clone();
        if let Some(name) = change.name {
            self.name = name;
        }
        if let Some(locale) = change.locale {
            self.locale = locale;
        }
        if let Some(hash) = change.password_hash {
            self.password_hash = hash;
            self.password_changed_at = Some(now);
        }
        if let Some(roles) = change.roles {
            self.roles = roles;
        }
        if let Some(active) = change.active {
            self.active = active;
        }
        if before.is_active_admin() && !self.is_active_admin() && other_admins == 0 {
            *self = before;
            return Err(LastAdmin);
        }
        if *self == before {
            return Ok(false);
        }
        self.revision += 1;
        Ok(true)
    }
}

/// The form of a name or address that is compared and sorted by.
pub(crate) fn folded(text: &str) -> String {
    text.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn admin() -> Staff {
        Staff {
            id: StaffId::from_uuid(uuid::Uuid::from_u128(1)),
            revision: 1,
            name: "Anna".to_owned(),
            email: "anna@example.org".to_owned(),
            password_hash: "hash".to_owned(),
            password_changed_at: None,
            locale: Locale::English,
            roles: vec![Role::Admin],
            active: true,
            opened_at: NOW,
        }
    }

    #[test]
    fn a_change_to_what_is_already_so_changes_nothing() {
        let mut staff = admin();
        let change = Change {
            name: Some("Anna".to_owned()),
            ..Change::default()
        };
        assert_eq!(staff.change(change, 0, NOW), Ok(false));
        assert_eq!(staff, admin());
    }

    #[test]
    fn each_change_counts_the_revision_up() {
        let mut staff = admin();
        let change = Change {
            locale: Some(Locale::Latvian),
            ..Change::default()
        };
        assert_eq!(staff.change(change, 0, NOW), Ok(true));
        assert_eq!((staff.revision, staff.locale), (2, Locale::Latvian));
    }

    #[test]
    fn the_last_admin_stays_one() {
        for change in [
            Change {
                active: Some(false),
                ..Change::default()
            },
            Change {
                roles: Some(vec![Role::Agent]),
                ..Change::default()
            },
        ] {
            let mut staff = admin();
            assert_eq!(staff.change(change.clone(), 0, NOW), Err(LastAdmin));
            assert_eq!(staff, admin(), "a refused change leaves no trace");
            assert_eq!(staff.change(change, 1, NOW), Ok(true));
        }
    }

    #[test]
    fn a_new_password_ends_the_sessions_of_the_old_one() {
        let mut staff = admin();
        let change = Change {
            password_hash: Some("other".to_owned()),
            ..Change::default()
        };
        assert_eq!(staff.change(change, 0, NOW), Ok(true));
        assert!(staff.is_over(NOW.timestamp() - 1));
        assert!(!staff.is_over(NOW.timestamp()));
        assert!(!admin().is_over(0));
    }

    #[test]
    fn names_are_compared_without_regard_to_case() {
        assert_eq!(folded(" Ēriks@Example.ORG "), "ēriks@example.org");
    }
}
