//! What a cluster contributed, as it is kept with it: numbers instead of labels, and of records only a hash.

use uuid::Uuid;

use crate::domain::figures::{Day, cells, records};
use crate::store::clusters::Reliance;

/// Sums that a cluster added to one row.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeptCell {
    /// Place in [`cells::ALL`].
    pub table: usize,
    pub day: Day,
    pub labels: Vec<i32>,
    pub sums: Vec<i64>,
}

/// A record that a cluster holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeptRecord {
    /// Place in [`records::ALL`].
    pub table: usize,
    pub id: Uuid,
    /// Over its journey and its values.
    pub hash: u64,
}

/// All that a cluster contributed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Kept {
    /// In order, none twice.
    pub cells: Vec<KeptCell>,
    pub records: Vec<KeptRecord>,
    pub reliance: Vec<Reliance>,
}

/// The bytes are not what this program writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a kept contribution cannot be read")]
pub struct Garbled;

impl Kept {
    /// Numbers are written with seven bits to a byte; sums that are 0 are left out.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(64);
        length(&mut out, self.cells.len());
        for cell in &self.cells {
            length(&mut out, cell.table);
            signed(&mut out, cell.day.into());
            for label in &cell.labels {
                signed(&mut out, (*label).into());
            }
            let present = (0..).zip(&cell.sums).filter(|(_, sum)| **sum != 0);
            let mask = present.fold(0u64, |mask, (place, _): (u32, _)| mask | 1 << place);
            unsigned(&mut out, mask);
            for sum in cell.sums.iter().filter(|sum| **sum != 0) {
                signed(&mut out, *sum);
            }
        }
        length(&mut out, self.records.len());
        for record in &self.records {
            length(&mut out, record.table);
            out.extend(record.id.as_bytes());
            out.extend(record.hash.to_le_bytes());
        }
        length(&mut out, self.reliance.len());
        for reliance in &self.reliance {
            length(&mut out, reliance.parameter.len());
            out.extend(reliance.parameter.as_bytes());
            signed(&mut out, reliance.first.into());
            signed(&mut out, reliance.last.into());
        }
        out
    }

    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Garbled> {
        Reader(bytes).kept().ok_or(Garbled)
    }
}

fn length(out: &mut Vec<u8>, number: usize) {
    unsigned(out, u64::try_from(number).unwrap_or(u64::MAX));
}

fn unsigned(out: &mut Vec<u8>, mut number: u64) {
    loop {
        let low = u8::try_from(number & 0x7f).unwrap_or_default();
        number >>= 7;
        if number == 0 {
            out.push(low);
            return;
        }
        out.push(low | 0x80);
    }
}

fn signed(out: &mut Vec<u8>, number: i64) {
    unsigned(out, ((number << 1) ^ (number >> 63)).cast_unsigned());
}

struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn kept(mut self) -> Option<Kept> {
        let mut kept = Kept::default();
        for _ in 0..self.length()? {
            let cell = self.cell()?;
            kept.cells.push(cell);
        }
        for _ in 0..self.length()? {
            let table = self.length()?;
            records::ALL.get(table)?;
            let id = Uuid::from_bytes(self.take()?);
            let hash = u64::from_le_bytes(self.take()?);
            kept.records.push(KeptRecord { table, id, hash });
        }
        for _ in 0..self.length()? {
            let length = self.length()?;
            let (text, rest) = self.0.split_at_checked(length)?;
            self.0 = rest;
            kept.reliance.push(Reliance {
                parameter: String::from_utf8(text.to_vec()).ok()?,
                first: Day::try_from(self.signed()?).ok()?,
                last: Day::try_from(self.signed()?).ok()?,
            });
        }
        self.0.is_empty().then_some(kept)
    }

    fn cell(&mut self) -> Option<KeptCell> {
        let table = self.length()?;
        let of = cells::ALL.get(table)?;
        let day = Day::try_from(self.signed()?).ok()?;
        let mut labels = Vec::with_capacity(of.labels.len());
        for _ in of.labels {
            labels.push(i32::try_from(self.signed()?).ok()?);
        }
        let mask = self.unsigned()?;
        let mut sums = Vec::with_capacity(of.sums.len());
        for (place, _) in (0u32..).zip(of.sums) {
            let present = mask >> place & 1 == 1;
            sums.push(if present { self.signed()? } else { 0 });
        }
        Some(KeptCell {
            table,
            day,
            labels,
            sums,
        })
    }

    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (bytes, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*bytes)
    }

    fn length(&mut self) -> Option<usize> {
        usize::try_from(self.unsigned()?).ok()
    }

    fn unsigned(&mut self) -> Option<u64> {
        let mut number = 0u64;
        for shift in (0..64).step_by(7) {
            let [byte] = self.take::<1>()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    fn signed(&mut self) -> Option<i64> {
        let number = self.unsigned()?;
        Some((number >> 1).cast_signed() ^ -(number & 1).cast_signed())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept() -> Kept {
        let table = cells::Funnel::TABLE;
        let mut sums = vec![0; table.sums.len()];
        *sums.first_mut().unwrap() = 1;
        *sums.last_mut().unwrap() = i64::MIN;
        Kept {
            cells: vec![KeptCell {
                table: 0,
                day: -3,
                labels: vec![0, 1, 200, i32::MAX, 0, 7, 0],
                sums,
            }],
            records: vec![KeptRecord {
                table: 2,
                id: Uuid::from_u128(5),
                hash: u64::MAX,
            }],
            reliance: vec![Reliance {
                parameter: "HUF".to_owned(),
                first: 20_000,
                last: 20_400,
            }],
        }
    }

    #[test]
    fn what_is_kept_is_read_back() {
        for kept in [Kept::default(), kept()] {
            assert_eq!(Kept::from_bytes(&kept.to_bytes()), Ok(kept));
        }
    }

    #[test]
    fn no_part_of_it_is_taken_for_the_whole() {
        let bytes = kept().to_bytes();
        for end in 0..bytes.len() {
            assert_eq!(Kept::from_bytes(&bytes[..end]), Err(Garbled), "{end}");
        }
        let longer = [bytes, vec![0]].concat();
        assert_eq!(Kept::from_bytes(&longer), Err(Garbled));
    }
}
