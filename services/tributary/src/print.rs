//! How answers are shown to people: numbers, times, tables and JSON.

use anyhow::Context;
use clock::Timestamp;
use prost::{Message, Name};
use prost_reflect::{DescriptorPool, DynamicMessage, SerializeOptions};
use prost_types::Timestamp as ProtoTimestamp;
use serde_json::Value;

/// A message in the JSON that the API answers with, defaults written out.
pub(crate) fn json<M: Message + Name>(message: &M) -> anyhow::Result<Value> {
    let pool = DescriptorPool::decode(proto::DESCRIPTOR_SET)?;
    let name = M::full_name();
    let descriptor = pool.get_message_by_name(&name).context(name)?;
    let message = DynamicMessage::decode(descriptor, message.encode_to_vec().as_slice())?;
    let options = SerializeOptions::new().skip_default_fields(false);
    Ok(message.serialize_with_options(serde_json::value::Serializer, &options)?)
}

/// Millionths as a percentage, never rounded up to certainty.
pub(crate) fn percent(ppm: i32) -> String {
    format!("{}.{:02} %", ppm / 10_000, ppm % 10_000 / 100)
}

/// Thousandths of a bit as bits with their sign.
pub(crate) fn bits(millibits: i64) -> String {
    let hundredths = (millibits.unsigned_abs() + 5) / 10;
    let sign = if millibits < 0 { '-' } else { '+' };
    format!("{sign}{}.{:02}", hundredths / 100, hundredths % 100)
}

/// To the second; empty of none.
pub(crate) fn time(at: Option<&ProtoTimestamp>) -> String {
    let at = at.and_then(|at| Timestamp::from_timestamp(at.seconds, 0));
    at.map(|at| at.format("%Y-%m-%d %H:%M:%SZ").to_string())
        .unwrap_or_default()
}

/// What others wrote, without what would steer a terminal.
pub(crate) fn plain(text: &str) -> String {
    let clean = |letter: char| if letter.is_control() { ' ' } else { letter };
    text.chars().map(clean).collect()
}

/// Not longer than `most` letters.
pub(crate) fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let kept: String = text.chars().take(most.saturating_sub(1)).collect();
    format!("{kept}…")
}

/// A row of the list of facts that an answer begins with.
pub(crate) fn row(name: &str, text: &str) -> String {
    format!("{name:<11}{}", plain(text)).trim_end().to_owned()
}

/// Rows with their columns below one another; the columns of `right` end at one edge.
pub(crate) fn table(rows: &[Vec<String>], right: &[usize]) -> Vec<String> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells
            .map(|cell| cell.chars().count())
            .max()
            .unwrap_or_default()
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).enumerate();
        let cells: Vec<String> = cells
            .map(|(column, (cell, width))| {
                let cell = plain(cell);
                if right.contains(&column) {
                    format!("{cell:>width$}")
                } else {
                    format!("{cell:<width$}")
                }
            })
            .collect();
        cells.join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_people_write_them() {
        for (ppm, text) in [(0, "0.00 %"), (451_239, "45.12 %"), (999_999, "99.99 %")] {
            assert_eq!(percent(ppm), text);
        }
        for (millibits, text) in [
            (0, "+0.00"),
            (12_345, "+12.35"),
            (-804, "-0.80"),
            (-4, "-0.00"),
        ] {
            assert_eq!(bits(millibits), text);
        }
    }

    #[test]
    fn columns_stand_below_one_another() {
        let rows = [["name", "same", "+10.50"], ["город", "other", "-0.80"]];
        let rows = rows.map(|row| row.map(str::to_owned).to_vec());
        let wanted = ["name   same   +10.50", "город  other   -0.80"];
        assert_eq!(table(&rows, &[2]), wanted);
    }

    #[test]
    fn what_others_wrote_steers_no_terminal() {
        assert_eq!(plain("Nora\u{1b}[2J\nField"), "Nora [2J Field");
    }
}
