//! Background work: messages out, reminders due.

pub(crate) mod catcher;
mod lookout;
pub(crate) mod mailer;
pub(crate) mod timer;
