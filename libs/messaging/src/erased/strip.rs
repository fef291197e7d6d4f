//! Encoded messages, field by field: what this program does not know stays as it is.

use std::collections::BTreeSet;

use prost::encoding::{WireType, decode_key, decode_varint};
use uuid::Uuid;

/// A field as it lies in a message.
struct Field<'a> {
    number: u32,
    /// With key and length.
    whole: &'a [u8],
    /// Of a text, of bytes or of a message.
    content: Option<&'a [u8]>,
}

/// The ids in these fields of a message.
pub(super) fn ids(message: &[u8], numbers: &[u32]) -> BTreeSet<Uuid> {
    let about = fields(message).filter(|field| numbers.contains(&field.number));
    let texts = about.filter_map(|field| std::str::from_utf8(field.content?).ok());
    let ids = texts.filter_map(|text| Uuid::try_parse(text.split_once('_')?.1).ok());
    ids.collect()
}

/// The message without the fields to which these ways lead. What cannot be read is left out.
pub(super) fn without(message: &[u8], ways: &[&[u32]]) -> Vec<u8> {
    let mut kept = Vec::with_capacity(message.len());
    for field in fields(message) {
        let further = ways.iter().filter_map(|way| way.split_first());
        let further = further.filter(|(first, _)| **first == field.number);
        let further: Vec<&[u32]> = further.map(|(_, rest)| rest).collect();
        if further.is_empty() {
            kept.extend_from_slice(field.whole);
        } else if further.iter().all(|rest| !rest.is_empty())
            && let Some(content) = field.content
        {
            let inner = without(content, &further);
            prost::encoding::encode_key(field.number, WireType::LengthDelimited, &mut kept);
            prost::encoding::encode_varint(inner.len() as u64, &mut kept);
            kept.extend_from_slice(&inner);
        }
    }
    kept
}

fn fields(message: &[u8]) -> impl Iterator<Item = Field<'_>> {
    let mut rest = message;
    std::iter::from_fn(move || {
        let field = first(rest)?;
        rest = rest.get(field.whole.len()..)?;
        Some(field)
    })
}

/// The first field; nothing at the end, and where a message is broken.
fn first(message: &[u8]) -> Option<Field<'_>> {
    let mut rest = message;
    let (number, kind) = decode_key(&mut rest).ok()?;
    let content = match kind {
        WireType::Varint => {
            decode_varint(&mut rest).ok()?;
            None
        }
        WireType::ThirtyTwoBit => {
            rest = rest.get(4..)?;
            None
        }
        WireType::SixtyFourBit => {
            rest = rest.get(8..)?;
            None
        }
        WireType::LengthDelimited => {
            let length = usize::try_from(decode_varint(&mut rest).ok()?).ok()?;
            let content = rest.get(..length)?;
            rest = rest.get(length..)?;
            Some(content)
        }
        // proto3 has no groups.
        WireType::StartGroup | WireType::EndGroup => return None,
    };
    let whole = message.get(..message.len() - rest.len())?;
    Some(Field {
        number,
        whole,
        content,
    })
}

#[cfg(test)]
mod tests {
    use prost::Message;

    use super::*;

    #[derive(Clone, PartialEq, Message)]
    struct Inner {
        #[prost(string, tag = "1")]
        title: String,
        #[prost(int64, tag = "2")]
        amount: i64,
    }

    #[derive(Clone, PartialEq, Message)]
    struct Outer {
        #[prost(string, tag = "1")]
        lead_id: String,
        #[prost(string, tag = "2")]
        name: String,
        #[prost(string, repeated, tag = "3")]
        phones: Vec<String>,
        #[prost(message, optional, tag = "4")]
        deal: Option<Inner>,
        #[prost(fixed64, tag = "5")]
        fixed: u64,
        #[prost(bool, tag = "6")]
        flag: bool,
    }

    fn outer() -> Outer {
        Outer {
            lead_id: "lead_0198a5c0000070008000000000000001".to_owned(),
            name: "Anna".to_owned(),
            phones: vec!["+1".to_owned(), "+2".to_owned()],
            deal: Some(Inner {
                title: "For Anna".to_owned(),
                amount: 7,
            }),
            fixed: 9,
            flag: true,
        }
    }

    #[test]
    fn words_go_and_all_else_stays() {
        let ways: &[&[u32]] = &[&[2], &[3], &[4, 1]];
        let stripped = without(&outer().encode_to_vec(), ways);
        let expected = Outer {
            name: String::new(),
            phones: Vec::new(),
            deal: Some(Inner {
                title: String::new(),
                amount: 7,
            }),
            ..outer()
        };
        assert_eq!(Outer::decode(stripped.as_slice()).unwrap(), expected);
        assert_eq!(without(&stripped, ways), stripped, "twice is once");
    }

    #[test]
    fn ids_are_read_from_the_fields_that_say_what_it_is_about() {
        let message = outer().encode_to_vec();
        let id: Uuid = "0198a5c0000070008000000000000001".parse().unwrap();
        assert_eq!(ids(&message, &[1, 2]), BTreeSet::from([id]));
        assert!(ids(&message, &[2, 3]).is_empty());
    }

    #[test]
    fn of_a_broken_message_no_word_is_left() {
        let message = outer().encode_to_vec();
        for cut in 0..message.len() {
            let stripped = without(&message[..cut], &[&[2], &[3], &[4]]);
            let text = String::from_utf8_lossy(&stripped);
            assert!(!text.contains("Anna"), "cut at {cut}");
        }
    }
}
