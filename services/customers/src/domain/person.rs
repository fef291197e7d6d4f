//! A person of the client base.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use ids::{OrganisationId, PersonId, StaffId};

use super::text;

/// A person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub id: PersonId,
    pub revision: i64,
    pub details: Details,
    /// Name of the organisation, as it is now.
    pub organisation_name: String,
    pub client: bool,
    pub recorded_at: DateTime<Utc>,
}

/// What staff may change.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Details {
    pub full_name: String,
    pub given_name: String,
    pub family_name: String,
    pub emails: Vec<String>,
    pub phones: Vec<String>,
    /// `None` for a private person.
    pub organisation: Option<OrganisationId>,
    pub category: String,
    pub tags: Vec<String>,
    pub attributes: BTreeMap<String, String>,
    pub locale: String,
    pub responsible: Option<StaffId>,
}

impl Person {
    pub fn new(id: PersonId, details: Details, now: DateTime<Utc>) -> Self {
        Self {
            id,
            revision: 1,
            details,
            organisation_name: String::new(),
            client: false,
            recorded_at: now,
        }
    }

    /// Replaces the details; `false` if they are as they were.
    pub fn change(&mut self, details: Details) -> bool {
        let changed = self.details != details;
        if changed {
            self.details = details;
            self.revision += 1;
        }
        changed
    }

    /// Adds what a lead tells and the card does not have yet. What staff wrote is never overwritten.
    pub fn enrich(&mut self, told: Details) -> bool {
        let mut details = self.details.clone();
        add_missing(&mut details.emails, told.emails);
        add_missing(&mut details.phones, told.phones);
        fill(&mut details.full_name, told.full_name);
        fill(&mut details.given_name, told.given_name);
        fill(&mut details.family_name, told.family_name);
        fill(&mut details.locale, told.locale);
        details.organisation = details.organisation.or(told.organisation);
        details.responsible = details.responsible.or(told.responsible);
        self.change(details)
    }

    /// Notes that a link to a lead came or went: the announced state of the person changed.
    pub fn links_changed(&mut self) {
        self.revision += 1;
    }

    /// Notes that it said whether it may be reached: the statement bears this revision.
    pub fn consent_stated(&mut self) {
        self.revision += 1;
    }

    /// Notes a contract; `false` if the person was a client before.
    pub fn become_client(&mut self) -> bool {
        let changed = !self.client;
        if changed {
            self.client = true;
            // Another category was chosen by staff and stays.
            if matches!(self.details.category.as_str(), "" | "prospect") {
                "client".clone_into(&mut self.details.category);
            }
            self.revision += 1;
        }
        changed
    }

    /// Family name first where it is known, folded; what lists are ordered by.
    pub fn sort_name(&self) -> String {
        let details = &self.details;
        if details.family_name.is_empty() {
            return text::folded(&details.full_name);
        }
        text::folded(&format!("{} {}", details.family_name, details.given_name))
    }

    /// All that the person may be found by, folded. Lists add what its organisation is found by:
    /// that may change without the person.
    pub fn search(&self) -> String {
        let details = &self.details;
        let parts = [
            &details.full_name,
            &details.given_name,
            &details.family_name,
        ];
        let parts = parts
            .into_iter()
            .chain(&details.emails)
            .chain(&details.phones)
            .chain(&details.tags)
            .chain(details.attributes.values());
        parts
            .map(|part| text::folded(part))
            .collect::<Vec<_>>()
            .join(" ")
    }
}

fn add_missing(known: &mut Vec<String>, told: Vec<String>) {
    for value in told {
        if !known.contains(&value) {
            known.push(value);
        }
    }
}

fn fill(known: &mut String, told: String) {
    if known.is_empty() {
        *known = told;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person() -> Person {
        let details = Details {
            full_name: "Anna Ozola".to_owned(),
            emails: vec!["anna@example.org".to_owned()],
            ..Details::default()
        };
        Person::new(PersonId::generate(), details, DateTime::UNIX_EPOCH)
    }

    #[test]
    fn a_lead_adds_what_is_missing_and_overwrites_nothing() {
        let mut person = person();
        let told = Details {
            full_name: "A. Ozola".to_owned(),
            family_name: "Ozola".to_owned(),
            emails: vec![
                "anna@example.org".to_owned(),
                "ozola@example.com".to_owned(),
            ],
            ..Details::default()
        };
        assert!(person.enrich(told.clone()));
        assert_eq!(person.details.full_name, "Anna Ozola");
        assert_eq!(person.details.family_name, "Ozola");
        assert_eq!(person.details.emails.len(), 2);
        assert_eq!(person.revision, 2);
        assert!(!person.enrich(told), "told twice changes nothing");
        assert_eq!(person.revision, 2);
    }

    #[test]
    fn becoming_a_client_twice_changes_nothing() {
        let mut person = person();
        assert!(person.become_client());
        assert!(!person.become_client());
        assert_eq!(
            (person.revision, person.details.category.as_str()),
            (2, "client")
        );
    }

    #[test]
    fn lists_are_ordered_by_family_name_where_it_is_known() {
        let mut person = person();
        assert_eq!(person.sort_name(), "anna ozola");
        "Ozola".clone_into(&mut person.details.family_name);
        "Anna".clone_into(&mut person.details.given_name);
        assert_eq!(person.sort_name(), "ozola anna");
    }
}
