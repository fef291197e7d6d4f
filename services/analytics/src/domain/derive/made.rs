//! Ids of records that are made of several things.

use uuid::Uuid;

/// An id that is the same for the same parts: of version 5, within the first of them. Parts of a length that
/// varies come last.
pub(super) fn id(within: Uuid, parts: &[&[u8]]) -> Uuid {
    Uuid::new_v5(&within, &parts.concat())
}
