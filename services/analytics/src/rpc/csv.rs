//! Rows of an answer as CSV after RFC 4180: UTF-8, a header of field names, CRLF.
//!
//! Spreadsheets run what they take for a formula, and names of campaigns come from outside: a text that begins
//! like one gets a `'` before it. Numbers stay numbers.

mod columns;

use csv::{Terminator, Writer, WriterBuilder};
use prost::{Message, Name};
use prost_reflect::{DynamicMessage, ReflectMessage, Value};

/// By which Excel knows UTF-8.
pub(crate) const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

const LINE_END: &[u8] = b"\r\n";

/// A value of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Cell {
    /// Of people, or of a catalogue.
    Text(String),
    /// A number, a time, a code of ours.
    Plain(String),
}

/// The field that holds the rows of an answer.
const ROWS: [&str; 2] = ["rows", "records"];

/// Writes the rows of an answer, with columns for these keys.
pub(crate) fn table<M: Message + Name>(
    message: &M,
    keys: &[String],
) -> Result<Vec<u8>, csv::Error> {
    let mut writer = WriterBuilder::new()
        .terminator(Terminator::CRLF)
        .from_writer(Vec::new());
    if let Some(answer) = columns::reflected(message) {
        write(&answer, keys, &mut writer)?;
    }
    writer
        .into_inner()
        .map_err(|error| error.into_error().into())
}

/// What comes after the first line.
pub(crate) fn without_header(text: &[u8]) -> &[u8] {
    let end = text
        .windows(LINE_END.len())
        .position(|window| window == LINE_END);
    end.and_then(|end| text.get(end + LINE_END.len()..))
        .unwrap_or_default()
}

fn write(
    answer: &DynamicMessage,
    keys: &[String],
    writer: &mut Writer<Vec<u8>>,
) -> Result<(), csv::Error> {
    let descriptor = answer.descriptor();
    let mut fields = ROWS
        .iter()
        .filter_map(|name| descriptor.get_field_by_name(name));
    let Some(field) = fields.next() else {
        return Ok(());
    };
    let kind = field.kind();
    let Some(row) = kind.as_message() else {
        return Ok(());
    };
    writer.write_record(columns::names(row, keys))?;
    if let Value::List(rows) = &*answer.get_field(&field) {
        for row in rows.iter().filter_map(Value::as_message) {
            let cells = columns::cells(row, keys);
            writer.write_record(cells.into_iter().map(harmless))?;
        }
    }
    Ok(())
}

fn harmless(cell: Cell) -> String {
    match cell {
        Cell::Text(text) if text.starts_with(['=', '+', '-', '@', '\t', '\r']) => {
            format!("'{text}")
        }
        Cell::Text(text) | Cell::Plain(text) => text,
    }
}

#[cfg(test)]
mod tests {
    use proto::analytics::v1::{
        AttributionRow, CampaignResult, FlowRow, GetAttributionResponse, GetFlowResponse, Key,
        ListCampaignResultsResponse, ListTouchRecordsResponse, ModelCredit, Named, TouchRecord,
    };
    use proto::types::v1::Money;

    use super::*;

    fn lines<M: Message + Name>(message: &M, keys: &[&str]) -> Vec<String> {
        let keys: Vec<String> = keys.iter().map(|key| (*key).to_owned()).collect();
        let text = String::from_utf8(table(message, &keys).unwrap()).unwrap();
        assert!(text.ends_with("\r\n"), "{text}");
        text.split_terminator("\r\n").map(str::to_owned).collect()
    }

    /// The first values of a campaign of that name: id and name.
    fn campaign(name: &str) -> String {
        let answer = ListCampaignResultsResponse {
            rows: vec![CampaignResult {
                campaign: Some(Named {
                    id: "camp_1".to_owned(),
                    name: name.to_owned(),
                }),
                kind: "mailing".to_owned(),
                ..CampaignResult::default()
            }],
            ..ListCampaignResultsResponse::default()
        };
        let text = String::from_utf8(table(&answer, &[]).unwrap()).unwrap();
        let row = text.split_once("\r\n").unwrap().1;
        let end = row.find(",mailing").unwrap();
        row[..end].to_owned()
    }

    #[test]
    fn texts_that_look_like_formulas_are_harmless() {
        let check = |name: &str, expected: &str| {
            assert_eq!(campaign(name), format!("camp_1,{expected}"), "{name:?}");
        };
        check("Spring", "Spring");
        check("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0");
        check("+36 70 Sale", "'+36 70 Sale");
        check("-20 % for all", "'-20 % for all");
        check("@SUM(A1:A9)", "'@SUM(A1:A9)");
        check("\t=1+1", "'\t=1+1");
        check("\r=1+1", "\"'\r=1+1\"");
        check("=1+1,\"x\"", "\"'=1+1,\"\"x\"\"\"");
        check("a = b", "a = b");
        check("Весна, 2026", "\"Весна, 2026\"");
        check("two\nlines", "\"two\nlines\"");
        check("say \"hi\"", "\"say \"\"hi\"\"\"");
        check("", "");
    }

    #[test]
    fn amounts_are_decimals_with_their_currency_and_stay_numbers() {
        let check = |minor: i64, currency: &str, expected: &str| {
            let answer = GetFlowResponse {
                rows: vec![FlowRow {
                    refunded: Some(Money {
                        minor,
                        currency: currency.to_owned(),
                    }),
                    unconverted: -7,
                    ..FlowRow::default()
                }],
                ..GetFlowResponse::default()
            };
            let lines = lines(&answer, &[]);
            assert!(
                lines[0].ends_with(",refunded,refunded_currency,unconverted"),
                "{lines:?}"
            );
            assert!(lines[1].ends_with(&format!(",{expected},-7")), "{lines:?}");
        };
        check(123_456, "EUR", "1234.56,EUR");
        check(-5, "EUR", "-0.05,EUR");
        check(-120, "EUR", "-1.20,EUR");
        check(7, "JPY", "7,JPY");
        check(1_234, "KWD", "1.234,KWD");
        check(i64::MIN, "EUR", "-92233720368547758.08,EUR");
    }

    #[test]
    fn keys_and_models_have_columns_of_their_own() {
        let key = |label: &str, value: &str, name: &str| Key {
            label: label.to_owned(),
            value: value.to_owned(),
            name: name.to_owned(),
        };
        let credit = |model: &str, parts| ModelCredit {
            model: model.to_owned(),
            parts,
            share: Some(parts / 100),
            ..ModelCredit::default()
        };
        let answer = GetAttributionResponse {
            rows: vec![AttributionRow {
                keys: vec![
                    key("month", "2026-11-01", "2026-11-01"),
                    key("campaign", "camp_1", "=Spring"),
                ],
                credits: vec![credit("last", 250_000), credit("first", 1_000_000)],
                cost: None,
            }],
            ..GetAttributionResponse::default()
        };
        let lines = lines(&answer, &["month", "campaign"]);
        let header: Vec<&str> = lines[0].split(',').collect();
        let row: Vec<&str> = lines[1].split(',').collect();
        assert_eq!(header.len(), row.len());
        let value = |name: &str| row[header.iter().position(|it| *it == name).unwrap()];
        assert_eq!(value("month"), "2026-11-01");
        assert_eq!(value("campaign"), "camp_1");
        assert_eq!(value("campaign_name"), "'=Spring");
        assert_eq!(value("first_parts"), "1000000");
        assert_eq!(value("last_share"), "2500");
        assert_eq!(value("data_driven_parts"), "");
        assert_eq!(value("cost"), "");
        assert!(!header.contains(&"first_model"));
    }

    #[test]
    fn without_rows_there_is_the_header() {
        let answer = ListTouchRecordsResponse::default();
        let text = table(&answer, &[]).unwrap();
        let header = "touch_id,touched_at,kind,channel,source,campaign,campaign_name,activity,\
            activity_name,partner,partner_name,lead_id,person_id,place,from_channel,path\r\n";
        assert_eq!(String::from_utf8(text.clone()).unwrap(), header);
        assert_eq!(without_header(&text), b"");
    }

    #[test]
    fn times_are_those_of_utc() {
        let answer = ListTouchRecordsResponse {
            records: vec![TouchRecord {
                touched_at: Some(prost_types::Timestamp {
                    seconds: 1_795_000_000,
                    nanos: 0,
                }),
                source: "\t@x".to_owned(),
                place: 3,
                ..TouchRecord::default()
            }],
            ..ListTouchRecordsResponse::default()
        };
        assert_eq!(
            lines(&answer, &[])[1],
            ",2026-11-18T11:06:40Z,,,'\t@x,,,,,,,,,3,,"
        );
    }
}
