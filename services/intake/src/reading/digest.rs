//! Digests of content: equal for equal content, whatever order its parts came in.

use sha2::{Digest as _, Sha256};

/// SHA-256 of what a submission says.
pub type ContentHash = [u8; 32];

/// Takes in parts one by one; where one ends and the next begins counts.
#[derive(Default)]
pub struct Digest(Sha256);

impl Digest {
    pub fn new() -> Self {
        Self::default()
    }

    #[must_use]
    pub fn part(mut self, part: impl AsRef<[u8]>) -> Self {
        let part = part.as_ref();
        self.0
            .update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        self.0.update(part);
        self
    }

    #[must_use]
    pub fn parts<T: AsRef<[u8]>>(self, parts: impl IntoIterator<Item = T>) -> Self {
        let (digest, count) = parts
            .into_iter()
            .fold((self, 0_u64), |(digest, count), part| {
                (digest.part(part), count + 1)
            });
        // The end of a list counts too: `[a] [b]` is not `[a b] []`.
        digest.part(count.to_be_bytes())
    }

    pub fn finish(self) -> ContentHash {
        self.0.finalize().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_a_part_ends_counts() {
        let one = Digest::new().part("ab").part("c").finish();
        let other = Digest::new().part("a").part("bc").finish();
        assert_ne!(one, other);
        let one = Digest::new().parts(["a"]).parts(["b"]).finish();
        let other = Digest::new().parts(["a", "b"]).parts([""; 0]).finish();
        assert_ne!(one, other);
    }
}
