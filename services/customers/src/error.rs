//! What can go wrong, and how callers and consumers see it.

use ids::{CaseId, ConsentId, ErasureId, LeadId, MergeBatchId, MergeId, OrganisationId, PersonId};
use messaging::HandlerError;
use rpc::{Code, Failure, Violation, decode::Invalid};

use crate::domain::{case::NotOpen, duplicate::Pair, erasure::ContractInForce, merge::CannotMerge};

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("person {0} is not known")]
    PersonNotFound(PersonId),
    #[error("organisation {0} is not known")]
    OrganisationNotFound(OrganisationId),
    #[error("an organisation of this name is recorded as {0}")]
    OrganisationExists(OrganisationId),
    #[error("lead {lead} is linked to person {person}")]
    LeadLinkedElsewhere { lead: LeadId, person: PersonId },
    #[error("merge {0} is not known")]
    MergeNotFound(MergeId),
    #[error("{} and {} are not in the queue", .0.one, .0.other)]
    DuplicateNotFound(Pair),
    #[error("no merge is of batch {0}")]
    BatchNotFound(MergeBatchId),
    #[error("case {0} is not known")]
    CaseNotFound(CaseId),
    #[error(transparent)]
    CaseNotOpen(#[from] NotOpen),
    #[error("erasure {0} is not known")]
    ErasureNotFound(ErasureId),
    #[error("person {0} was erased")]
    PersonErased(PersonId),
    #[error(transparent)]
    ContractInForce(#[from] ContractInForce),
    #[error("consent {0} says something else")]
    ConsentIdTaken(ConsentId),
    #[error("merge {0} is of other persons")]
    MergeIdTaken(MergeId),
    #[error(transparent)]
    CannotMerge(#[from] CannotMerge),
    #[error("{0} was changed in the meantime; read it again")]
    Changed(&'static str),
    #[error(transparent)]
    Invalid(#[from] Invalid),
    #[error("the rules of matching cannot be read")]
    Rules(#[from] matching::model::InvalidModel),
    #[error("database failed")]
    Database(#[from] database::Error),
}

impl Failure for Error {
    fn code(&self) -> Code {
        match self {
            Self::PersonNotFound(_)
            | Self::OrganisationNotFound(_)
            | Self::MergeNotFound(_)
            | Self::BatchNotFound(_)
            | Self::CaseNotFound(_)
            | Self::ErasureNotFound(_)
            | Self::DuplicateNotFound(_) => Code::NotFound,
            Self::OrganisationExists(_) | Self::MergeIdTaken(_) | Self::ConsentIdTaken(_) => {
                Code::AlreadyExists
            }
            Self::LeadLinkedElsewhere { .. }
            | Self::CannotMerge(_)
            | Self::CaseNotOpen(_)
            | Self::PersonErased(_)
            | Self::ContractInForce(_) => Code::FailedPrecondition,
            Self::Changed(_)
            | Self::Database(
                database::Error::Conflict(_) | database::Error::UniqueViolation { .. },
            ) => Code::Aborted,
            Self::Invalid(_) => Code::InvalidArgument,
            Self::Database(error) if error.is_transient() => Code::Unavailable,
            Self::Database(_) | Self::Rules(_) => Code::Internal,
        }
    }

    fn reason(&self) -> &'static str {
        match self {
            Self::PersonNotFound(_) => "PERSON_NOT_FOUND",
            Self::OrganisationNotFound(_) => "ORGANISATION_NOT_FOUND",
            Self::OrganisationExists(_) => "ORGANISATION_EXISTS",
            Self::LeadLinkedElsewhere { .. } => "LEAD_LINKED_ELSEWHERE",
            Self::MergeNotFound(_) => "MERGE_NOT_FOUND",
            Self::DuplicateNotFound(_) => "DUPLICATE_NOT_FOUND",
            Self::BatchNotFound(_) => "BATCH_NOT_FOUND",
            Self::CaseNotFound(_) => "CASE_NOT_FOUND",
            Self::CaseNotOpen(_) => "CASE_NOT_OPEN",
            Self::ErasureNotFound(_) => "ERASURE_NOT_FOUND",
            Self::PersonErased(_) => "PERSON_ERASED",
            Self::ContractInForce(_) => "CONTRACT_IN_FORCE",
            Self::ConsentIdTaken(_) => "CONSENT_ID_TAKEN",
            Self::MergeIdTaken(_) => "MERGE_ID_TAKEN",
            Self::CannotMerge(CannotMerge::AlreadyOne(..)) => "PERSONS_ARE_ONE",
            Self::CannotMerge(CannotMerge::KeptApart(_)) => "PERSONS_KEPT_APART",
            Self::CannotMerge(CannotMerge::TooLarge) => "TOO_MANY_MERGED",
            Self::Changed(_)
            | Self::Database(
                database::Error::Conflict(_) | database::Error::UniqueViolation { .. },
            ) => "CHANGED_MEANWHILE",
            Self::Invalid(invalid) => invalid.reason(),
            Self::Rules(_) => "RULES",
            Self::Database(_) => "DATABASE",
        }
    }

    fn violations(&self) -> Vec<Violation> {
        match self {
            Self::Invalid(invalid) => invalid.violations(),
            _ => Vec::new(),
        }
    }

    fn metadata(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::OrganisationExists(id) => vec![("organisation_id", id.to_string())],
            Self::CannotMerge(CannotMerge::KeptApart(pair)) => vec![
                ("one_id", pair.one.to_string()),
                ("other_id", pair.other.to_string()),
            ],
            Self::ContractInForce(in_force) => vec![("contract_id", in_force.0.to_string())],
            Self::LeadLinkedElsewhere { person, .. } | Self::PersonErased(person) => {
                vec![("person_id", person.to_string())]
            }
            _ => Vec::new(),
        }
    }
}

impl From<Error> for HandlerError {
    fn from(error: Error) -> Self {
        let reason = error.reason();
        let handled = match error.code() {
            Code::Unavailable | Code::Aborted | Code::Internal | Code::NotFound => {
                Self::retry(reason)
            }
            _ => Self::refuse(reason),
        };
        handled.because(error)
    }
}
