//! What can go wrong, and how callers and consumers see it.

use ids::{ActivityId, CampaignId, ParticipantId, ReferralId, TaskId};
use messaging::HandlerError;
use rpc::{Code, Failure, Violation, decode::Invalid};

use crate::{
    domain::{campaign::CannotGoBack, referral::NotRewarded, survey, task},
    refusal::Refusal,
};

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("campaign {0} is not known")]
    CampaignNotFound(CampaignId),
    #[error("activity {0} is not part of the campaign")]
    ActivityNotFound(ActivityId),
    #[error("participant {0} is not part of the campaign")]
    ParticipantNotFound(ParticipantId),
    #[error("campaign {0} is still in preparation: start it before recording responses")]
    CampaignNotStarted(CampaignId),
    #[error("campaign {0} is a quick one: it has its one activity")]
    QuickCampaign(CampaignId),
    #[error("campaign {0} is not one of the kind `referral`")]
    NotReferral(CampaignId),
    #[error("campaign {0} does not say what a referral earns")]
    ReferralTermsMissing(CampaignId),
    #[error("referral {0} is not known")]
    ReferralNotFound(ReferralId),
    #[error(transparent)]
    NotRewarded(#[from] NotRewarded),
    #[error("task {0} is not known")]
    TaskNotFound(TaskId),
    #[error(transparent)]
    Task(#[from] task::Refusal),
    #[error("there is no such survey")]
    SurveyNotFound,
    #[error(transparent)]
    Survey(#[from] survey::Refusal),
    #[error(transparent)]
    CannotGoBack(#[from] CannotGoBack),
    #[error("the id of the {0} is that of another one: make a new id")]
    IdTaken(&'static str),
    #[error("{0} was changed in the meantime; read it again")]
    Changed(&'static str),
    #[error(transparent)]
    Invalid(#[from] Invalid),
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error("database failed")]
    Database(#[from] database::Error),
}

impl Failure for Error {
    fn code(&self) -> Code {
        match self {
            Self::CampaignNotFound(_)
            | Self::ActivityNotFound(_)
            | Self::ParticipantNotFound(_)
            | Self::ReferralNotFound(_)
            | Self::TaskNotFound(_)
            | Self::SurveyNotFound => Code::NotFound,
            Self::CampaignNotStarted(_)
            | Self::QuickCampaign(_)
            | Self::NotReferral(_)
            | Self::ReferralTermsMissing(_)
            | Self::NotRewarded(_)
            | Self::Task(task::Refusal::Done)
            | Self::Survey(
                survey::Refusal::Answered | survey::Refusal::Closed | survey::Refusal::Interview,
            )
            | Self::CannotGoBack(_) => Code::FailedPrecondition,
            Self::IdTaken(_) | Self::Survey(survey::Refusal::AlreadyAnswered) => {
                Code::AlreadyExists
            }
            Self::Changed(_)
            | Self::Database(
                database::Error::Conflict(_) | database::Error::UniqueViolation { .. },
            ) => Code::Aborted,
            Self::Invalid(_) | Self::Task(task::Refusal::MessageDue) => Code::InvalidArgument,
            Self::Refused(refusal) => refusal.code(),
            Self::Database(error) if error.is_transient() => Code::Unavailable,
            Self::Database(_) => Code::Internal,
        }
    }

    fn reason(&self) -> &'static str {
        match self {
            Self::CampaignNotFound(_) => "CAMPAIGN_NOT_FOUND",
            Self::ActivityNotFound(_) => "ACTIVITY_NOT_FOUND",
            Self::ParticipantNotFound(_) => "PARTICIPANT_NOT_FOUND",
            Self::CampaignNotStarted(_) => "CAMPAIGN_NOT_STARTED",
            Self::NotReferral(_) => "NOT_A_REFERRAL_CAMPAIGN",
            Self::ReferralTermsMissing(_) => "REFERRAL_TERMS_MISSING",
            Self::ReferralNotFound(_) => "REFERRAL_NOT_FOUND",
            Self::NotRewarded(_) => "REFERRAL_NOT_REWARDED",
            Self::TaskNotFound(_) => "TASK_NOT_FOUND",
            Self::Task(task::Refusal::Done) => "TASK_DONE",
            Self::Task(task::Refusal::MessageDue) => "MESSAGE_NOT_DUE",
            Self::SurveyNotFound => "SURVEY_NOT_FOUND",
            Self::Survey(survey::Refusal::Answered) => "SURVEY_ANSWERED",
            Self::Survey(survey::Refusal::Closed) => "SURVEY_CLOSED",
            Self::Survey(survey::Refusal::Interview) => "SURVEY_IS_INTERVIEW",
            Self::Survey(survey::Refusal::AlreadyAnswered) => "ALREADY_ANSWERED",
            Self::QuickCampaign(_) => "QUICK_CAMPAIGN_HAS_ONE_ACTIVITY",
            Self::CannotGoBack(_) => "CAMPAIGN_CANNOT_GO_BACK",
            Self::IdTaken(_) => "ID_TAKEN",
            Self::Changed(_)
            | Self::Database(
                database::Error::Conflict(_) | database::Error::UniqueViolation { .. },
            ) => "CHANGED_MEANWHILE",
            Self::Invalid(invalid) => invalid.reason(),
            Self::Refused(refusal) => refusal.reason(),
            Self::Database(_) => "DATABASE",
        }
    }

    fn violations(&self) -> Vec<Violation> {
        match self {
            Self::Invalid(invalid) => invalid.violations(),
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
