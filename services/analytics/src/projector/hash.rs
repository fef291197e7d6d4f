//! A hash that stays the same whatever compiler made the program: FNV-1a with 64 bits, stirred at the end.

use uuid::Uuid;

use crate::domain::figures::{RecordRow, Value};

/// Takes in values one after the other.
#[derive(Debug, Clone, Copy)]
pub struct Hash(u64);

impl Default for Hash {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Hash {
    pub fn bytes(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }

    /// A value of changing length, so that no two rows of values read alike.
    pub fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
        self.bytes(&[0xff]);
    }

    /// Every bit depends on every other one: hashes of rows can be added up.
    pub fn end(self) -> u64 {
        let mut hash = self.0;
        hash = (hash ^ hash >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        hash = (hash ^ hash >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        hash ^ hash >> 31
    }
}

/// Over the journey and the values of a record.
pub fn record(journey: Uuid, row: &RecordRow) -> u64 {
    let mut hash = Hash::default();
    hash.bytes(journey.as_bytes());
    for value in &row.values {
        match value {
            Value::Id(None) | Value::Time(None) => hash.bytes(&[0]),
            Value::Id(Some(id)) => {
                hash.bytes(&[1]);
                hash.bytes(id.as_bytes());
            }
            Value::Time(Some(at)) => {
                hash.bytes(&[1]);
                hash.bytes(&at.timestamp_micros().to_le_bytes());
            }
            Value::Label(text) | Value::Text(text) => hash.text(text),
            Value::Int(number) => hash.bytes(&number.to_le_bytes()),
            Value::Flag(flag) => hash.bytes(&[u8::from(*flag)]),
        }
    }
    hash.end()
}
