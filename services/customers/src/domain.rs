//! The client base: what a person and an organisation are, and what may change.

pub mod case;
pub mod consent;
pub mod duplicate;
pub mod erasure;
pub mod identity;
pub mod merge;
pub mod merged;
pub mod organisation;
pub mod person;
pub mod scan;
pub mod text;
pub mod timeline;
