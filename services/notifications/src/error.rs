//! What can go wrong, and how callers and consumers see it.

use ids::{MessageId, ReminderId};
use messaging::HandlerError;
use rpc::{Code, Failure, Violation, decode::Invalid};

use crate::{
    domain::{message::NotRetryable, reminder::Refusal},
    letters,
};

#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("message {0} is not known")]
    MessageNotFound(MessageId),
    #[error("reminder {0} is not known")]
    ReminderNotFound(ReminderId),
    #[error("there is no such questionnaire")]
    QuestionnaireNotFound,
    #[error("member of staff is not known yet")]
    StaffUnknown,
    #[error("lead is not known yet")]
    LeadUnknown,
    #[error("reminders of others are for heads and admins")]
    NotYours,
    #[error(transparent)]
    NotRetryable(#[from] NotRetryable),
    #[error(transparent)]
    Reminder(#[from] Refusal),
    #[error(transparent)]
    Invalid(#[from] Invalid),
    #[error("text of a message cannot be made")]
    Letter(#[from] letters::Error),
    #[error("database failed")]
    Database(#[from] database::Error),
}

impl Failure for Error {
    fn code(&self) -> Code {
        match self {
            Self::MessageNotFound(_)
            | Self::ReminderNotFound(_)
            | Self::QuestionnaireNotFound
            | Self::StaffUnknown
            | Self::LeadUnknown => Code::NotFound,
            Self::NotYours => Code::PermissionDenied,
            Self::NotRetryable(_) | Self::Reminder(Refusal::Completed | Refusal::Cancelled) => {
                Code::FailedPrecondition
            }
            Self::Reminder(Refusal::Past) | Self::Invalid(_) => Code::InvalidArgument,
            Self::Database(database::Error::Conflict(_)) => Code::Aborted,
            Self::Database(error) if error.is_transient() => Code::Unavailable,
            Self::Letter(_) | Self::Database(_) => Code::Internal,
        }
    }

    fn reason(&self) -> &'static str {
        match self {
            Self::MessageNotFound(_) => "MESSAGE_NOT_FOUND",
            Self::ReminderNotFound(_) => "REMINDER_NOT_FOUND",
            Self::QuestionnaireNotFound => "QUESTIONNAIRE_NOT_FOUND",
            Self::StaffUnknown => "STAFF_UNKNOWN",
            Self::LeadUnknown => "LEAD_UNKNOWN",
            Self::NotYours => "REMINDER_NOT_YOURS",
            Self::NotRetryable(_) => "MESSAGE_NOT_RETRYABLE",
            Self::Reminder(Refusal::Completed) => "REMINDER_COMPLETED",
            Self::Reminder(Refusal::Cancelled) => "REMINDER_CANCELLED",
            Self::Reminder(Refusal::Past) => "REMINDER_PAST",
            Self::Invalid(invalid) => invalid.reason(),
            Self::Letter(_) => "LETTER",
            Self::Database(_) => "DATABASE",
        }
    }

    fn violations(&self) -> Vec<Violation> {
        match self {
            Self::Invalid(invalid) => invalid.violations(),
            Self::Reminder(Refusal::Past) => vec![Violation {
                field: "until".to_owned(),
                reason: "PAST".to_owned(),
                description: "is in the past".to_owned(),
            }],
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
