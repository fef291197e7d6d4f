//! A service case: something went wrong for somebody at a step of the journey.

use std::{fmt, str::FromStr};

use chrono::{DateTime, Utc};
use ids::{CaseId, ContractId, DealId, LeadId, OrganisationId, PersonId, StaffId};

/// The directory of steps, in the order of the journey.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    Campaign,
    Enquiry,
    FirstTalk,
    Offer,
    Contract,
    Delivery,
    Billing,
    Support,
    Renewal,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    Minor,
    Major,
    Critical,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Open,
    Resolved,
}

/// What a case is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    Lead(LeadId),
    Deal(DealId),
    Contract(ContractId),
}

/// The text is none of those that are known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("is none of {0}")]
pub struct Unknown(String);

/// A case of this state does not change so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("case {0} is resolved; open it again first")]
pub struct NotOpen(pub CaseId);

/// What may be changed while a case is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Details {
    pub step: Step,
    pub severity: Severity,
    pub subject: Option<Subject>,
    pub responsible: Option<StaffId>,
    pub text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resolved {
    pub by: Option<StaffId>,
    pub at: DateTime<Utc>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    pub id: CaseId,
    pub revision: i64,
    pub person: Option<PersonId>,
    pub organisation: Option<OrganisationId>,
    pub details: Details,
    /// Of the last time that it was resolved.
    pub resolution: String,
    pub opened_by: Option<StaffId>,
    pub opened_at: DateTime<Utc>,
    /// `None` while open.
    pub resolved: Option<Resolved>,
}

impl Step {
    pub const ALL: [Self; 9] = [
        Self::Campaign,
        Self::Enquiry,
        Self::FirstTalk,
        Self::Offer,
        Self::Contract,
        Self::Delivery,
        Self::Billing,
        Self::Support,
        Self::Renewal,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Campaign => "campaign",
            Self::Enquiry => "enquiry",
            Self::FirstTalk => "first_talk",
            Self::Offer => "offer",
            Self::Contract => "contract",
            Self::Delivery => "delivery",
            Self::Billing => "billing",
            Self::Support => "support",
            Self::Renewal => "renewal",
        }
    }
}

impl Severity {
    pub const ALL: [Self; 3] = [Self::Minor, Self::Major, Self::Critical];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Minor => "minor",
            Self::Major => "major",
            Self::Critical => "critical",
        }
    }
}

impl State {
    pub const ALL: [Self; 2] = [Self::Open, Self::Resolved];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Resolved => "resolved",
        }
    }
}

/// The one of `all` that is spelled so.
fn spelled<T: Copy>(all: &[T], as_str: fn(T) -> &'static str, text: &str) -> Result<T, Unknown> {
    let found = all.iter().copied().find(|one| as_str(*one) == text);
    found.ok_or_else(|| {
        let known: Vec<_> = all.iter().map(|one| as_str(*one)).collect();
        Unknown(known.join(", "))
    })
}

impl FromStr for Step {
    type Err = Unknown;

    fn from_str(text: &str) -> Result<Self, Unknown> {
        spelled(&Self::ALL, Self::as_str, text)
    }
}

impl FromStr for Severity {
    type Err = Unknown;

    fn from_str(text: &str) -> Result<Self, Unknown> {
        spelled(&Self::ALL, Self::as_str, text)
    }
}

impl FromStr for State {
    type Err = Unknown;

    fn from_str(text: &str) -> Result<Self, Unknown> {
        spelled(&Self::ALL, Self::as_str, text)
    }
}

impl FromStr for Subject {
    type Err = Unknown;

    fn from_str(text: &str) -> Result<Self, Unknown> {
        let lead = text.parse().map(Self::Lead);
        let deal = || text.parse().map(Self::Deal);
        let contract = || text.parse().map(Self::Contract);
        let unknown = |_| Unknown("the ids of a lead, a deal or a contract".to_owned());
        lead.or_else(|_| deal())
            .or_else(|_| contract())
            .map_err(unknown)
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lead(id) => id.fmt(f),
            Self::Deal(id) => id.fmt(f),
            Self::Contract(id) => id.fmt(f),
        }
    }
}

impl Case {
    pub fn state(&self) -> State {
        match self.resolved {
            None => State::Open,
            Some(_) => State::Resolved,
        }
    }

    /// Whether that changed anything.
    pub fn change(&mut self, details: Details) -> Result<bool, NotOpen> {
        if self.details == details {
            return Ok(false);
        }
        if self.resolved.is_some() {
            return Err(NotOpen(self.id));
        }
        self.details = details;
        self.revision += 1;
        Ok(true)
    }

    /// Whether that changed anything. What was done about it is said once.
    pub fn resolve(&mut self, resolution: String, resolved: Resolved) -> Result<bool, NotOpen> {
        if self.resolved.is_some() {
            return if self.resolution == resolution {
                Ok(false)
            } else {
                Err(NotOpen(self.id))
            };
        }
        self.resolution = resolution;
        self.resolved = Some(resolved);
        self.revision += 1;
        Ok(true)
    }

    /// Whether that changed anything.
    pub fn reopen(&mut self) -> bool {
        let was_resolved = self.resolved.take().is_some();
        self.revision += i64::from(was_resolved);
        was_resolved
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case() -> Case {
        Case {
            id: CaseId::generate(),
            revision: 1,
            person: None,
            organisation: None,
            details: Details {
                step: Step::Delivery,
                severity: Severity::Minor,
                subject: None,
                responsible: None,
                text: "came late".to_owned(),
            },
            resolution: String::new(),
            opened_by: None,
            opened_at: DateTime::UNIX_EPOCH,
            resolved: None,
        }
    }

    const NOW: Resolved = Resolved {
        by: None,
        at: DateTime::UNIX_EPOCH,
    };

    #[test]
    fn a_resolved_case_changes_no_more_until_it_is_open_again() {
        let mut case = case();
        let other = Details {
            severity: Severity::Major,
            ..case.details.clone()
        };
        assert_eq!(case.change(case.details.clone()), Ok(false));
        assert_eq!(case.resolve("sent anew".to_owned(), NOW), Ok(true));
        assert_eq!(case.resolve("sent anew".to_owned(), NOW), Ok(false));
        assert_eq!(case.resolve("else".to_owned(), NOW), Err(NotOpen(case.id)));
        assert_eq!(case.change(other.clone()), Err(NotOpen(case.id)));
        assert_eq!((case.state(), case.revision), (State::Resolved, 2));
        assert!(case.reopen());
        assert!(!case.reopen());
        assert_eq!(case.change(other), Ok(true));
        assert_eq!((case.state(), case.revision), (State::Open, 4));
        assert_eq!(case.resolution, "sent anew");
    }

    #[test]
    fn words_have_one_spelling() {
        for step in Step::ALL {
            assert_eq!(step.as_str().parse(), Ok(step));
        }
        for severity in Severity::ALL {
            assert_eq!(severity.as_str().parse(), Ok(severity));
        }
        for state in State::ALL {
            assert_eq!(state.as_str().parse(), Ok(state));
        }
        let known = "minor, major, critical".to_owned();
        assert_eq!("Minor".parse::<Severity>(), Err(Unknown(known)));
    }

    #[test]
    fn a_subject_is_a_lead_a_deal_or_a_contract() {
        let subjects = [
            Subject::Lead(LeadId::generate()),
            Subject::Deal(DealId::generate()),
            Subject::Contract(ContractId::generate()),
        ];
        for subject in subjects {
            assert_eq!(subject.to_string().parse(), Ok(subject));
        }
        assert!(PersonId::generate().to_string().parse::<Subject>().is_err());
    }
}
