//! Ids of records that are made of several things.

use uuid::Uuid;

const BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;

/// An id that is the same for the same parts: their 128-bit FNV-1a hash, as a UUID of version 8. Parts of a
/// length that varies come last.
pub(super) fn id(parts: &[&[u8]]) -> Uuid {
    let hash = parts
        .iter()
        .flat_map(|part| part.iter())
        .fold(BASIS, |hash, byte| {
            (hash ^ u128::from(*byte)).wrapping_mul(PRIME)
        });
    Uuid::from_u128(hash & !(0xf << 76) & !(0x3 << 62) | 0x8 << 76 | 0x2 << 62)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_the_same_for_the_same_parts_only() {
        let one = id(&[&[1; 16], b"first"]);
        assert_eq!(one, id(&[&[1; 16], b"first"]));
        assert_ne!(one, id(&[&[1; 16], b"last"]));
        assert_ne!(one, id(&[&[2; 16], b"first"]));
        assert_eq!(one.get_version_num(), 8);
        let many: std::collections::BTreeSet<Uuid> = (0..100_000_u32)
            .map(|number| id(&[&number.to_le_bytes(), b"linear"]))
            .collect();
        assert_eq!(many.len(), 100_000);
    }
}
