//! Messages and how they are handed over, reminders, questionnaires.

pub(crate) mod hand_over;
pub(crate) mod locale;
pub(crate) mod message;
pub(crate) mod name;
pub(crate) mod questionnaire;
pub(crate) mod reminder;
