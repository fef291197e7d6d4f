pub(super) mod message;
pub(super) mod questionnaire;
pub(super) mod reminder;
