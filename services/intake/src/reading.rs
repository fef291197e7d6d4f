//! What arrives at each door, read into evidence of a person. Pure: no clock, no database.

pub mod call;
mod digest;
mod draft;
pub mod form;
pub mod mail;
pub mod record;
pub mod response;
pub mod text;

pub use digest::{ContentHash, Digest};
pub use draft::{Draft, day_of};

use std::sync::Arc;

use matching::record::Record;

use crate::domain::evidence::{Evidence, Reading};

/// A submission as read: what it says, and how its sender is told from others.
#[derive(Debug, Clone)]
pub struct Read {
    pub reading: Reading,
    /// The form by which it is compared.
    pub record: Arc<Record>,
    /// By which a repeat of the same submission is known.
    pub key: Option<String>,
    /// Equal for equal content under another key.
    pub content_hash: ContentHash,
}

impl Read {
    /// Nothing could be made of it.
    pub fn refused(
        reason: crate::domain::reason::Reason,
        detail: impl Into<String>,
        content_hash: ContentHash,
    ) -> Self {
        Self {
            reading: Reading::Refused {
                reason,
                detail: detail.into(),
            },
            record: Arc::default(),
            key: None,
            content_hash,
        }
    }

    pub fn evidence(&self) -> Option<&Evidence> {
        match &self.reading {
            Reading::Evidence(evidence) => Some(evidence),
            Reading::Refused { .. } => None,
        }
    }
}

/// What is known of where a submission was written.
#[derive(Debug, Clone, Copy, Default)]
pub struct Place<'a> {
    /// ISO 3166 alpha-2.
    pub country: &'a str,
    pub locale: &'a str,
    /// Direction of sale when the submission names none.
    pub topic: &'a str,
    /// A partner sent it, whose own contacts may stand in place of the person's.
    pub partner: bool,
}
