//! What is changed as a whole, and taken out without being deleted.

/// A thing that was taken out is not changed any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it was taken out: record a new one")]
pub struct Removed;

/// Replaces the entry of a thing, unless it was taken out; `false` if it is as it was.
pub(super) fn change<E: PartialEq>(
    removed: bool,
    revision: &mut i64,
    entry: &mut E,
    new: E,
) -> Result<bool, Removed> {
    if removed {
        return Err(Removed);
    }
    let changed = *entry != new;
    if changed {
        *entry = new;
        *revision += 1;
    }
    Ok(changed)
}

/// Takes a thing out; `false` if it is out already.
pub(super) fn remove(removed: &mut bool, revision: &mut i64) -> bool {
    let changed = !*removed;
    if changed {
        *removed = true;
        *revision += 1;
    }
    changed
}
