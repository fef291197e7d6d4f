//! Background work: messages out, reminders due.

pub(crate) mod mailer;
pub(crate) mod timer;
