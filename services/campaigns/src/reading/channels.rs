//! Figures of channels from a CSV file.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, Utc};
use ids::FiguresId;
use rpc::decode::{Fields, Invalid};
use uuid::Uuid;

use super::{
    Problem, Row, day, finish, money, number,
    sheet::{self, Values},
};
use crate::domain::channel::{ChannelFigures, Entry, MAX_COUNT};

const FIELDS: &[&str] = &[
    "id",
    "channel",
    "first_day",
    "last_day",
    "campaign_id",
    "reach",
    "clicks",
    "requests",
    "cost",
    "currency",
];
const REQUIRED: &[&str] = &["channel", "first_day"];
const NAME: usize = 200;
/// Ids of rows follow from it.
const ROWS: Uuid = Uuid::from_u128(0x6f1d_9a52_3b0e_4c47_9d15_20f4_8e61_b7c3);

/// Reads the rows of a file. The id of a row is that of its column `id`, or follows from what the row
/// says; the second row that says the same has another one.
pub fn read(
    file: &[u8],
    columns: &BTreeMap<String, String>,
    now: DateTime<Utc>,
) -> Result<Vec<Row<ChannelFigures>>, Invalid> {
    let mut said: BTreeMap<String, u32> = BTreeMap::new();
    let lines = sheet::read(file, FIELDS, REQUIRED, columns)?;
    let row = |line: sheet::Line| {
        let read = line.values.and_then(|values| {
            let entry = entry(&values)?;
            let id = id(values.get("id"), &entry, &mut said);
            Ok(ChannelFigures::new(id, entry, now))
        });
        Row {
            line: line.number,
            read,
        }
    };
    Ok(lines.into_iter().map(row).collect())
}

fn entry(values: &Values) -> Result<Entry, Vec<Problem>> {
    let mut fields = Fields::new();
    let campaign = fields.parse_optional("campaign_id", values.get("campaign_id"));
    let channel = fields.text("channel", values.get("channel"), NAME);
    let starts_at = day(&mut fields, "first_day", values.get("first_day"));
    let last = match values.get("last_day") {
        "" => starts_at,
        last => day(&mut fields, "last_day", last),
    };
    if starts_at
        .zip(last)
        .is_some_and(|(first, last)| last < first)
    {
        fields.wrong("last_day", "OUT_OF_RANGE", "is before the first day");
    }
    let mut count = |field: &str| number(&mut fields, field, values.get(field), MAX_COUNT);
    let (reach, clicks, requests) = (count("reach"), count("clicks"), count("requests"));
    let currency = values.get("currency").to_uppercase();
    let cost = money(&mut fields, "cost", values.get("cost"), &currency);
    fields.text_optional("id", values.get("id"), NAME);
    finish(fields, || {
        Some(Entry {
            campaign: campaign?,
            channel: channel?,
            starts_at: starts_at?,
            ends_at: last?.checked_add_days(Days::new(1))?,
            reach: reach?.unwrap_or_default(),
            clicks: clicks?.unwrap_or_default(),
            requests: requests?.unwrap_or_default(),
            cost: cost?,
        })
    })
}

fn id(told: &str, entry: &Entry, said: &mut BTreeMap<String, u32>) -> FiguresId {
    if let Ok(id) = told.parse() {
        return id;
    }
    let name = if told.is_empty() {
        let content = content(entry);
        let count = said.entry(content.clone()).or_default();
        *count += 1;
        format!("row\u{1f}{content}\u{1f}{count}")
    } else {
        format!("id\u{1f}{told}")
    };
    FiguresId::from_uuid(Uuid::new_v5(&ROWS, name.as_bytes()))
}

/// All that a row says, however it is written.
fn content(entry: &Entry) -> String {
    let cost = entry.cost.as_ref();
    [
        entry.campaign.map_or_else(String::new, |id| id.to_string()),
        entry.channel.clone(),
        entry.starts_at.timestamp().to_string(),
        entry.ends_at.timestamp().to_string(),
        entry.reach.to_string(),
        entry.clicks.to_string(),
        entry.requests.to_string(),
        cost.map_or_else(String::new, |it| format!("{}{}", it.currency(), it.minor())),
    ]
    .join("\u{1f}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(row: &str) -> Result<Entry, Vec<Problem>> {
        let header = "channel;first_day;last_day;reach;clicks;cost;currency";
        let file = format!("{header}\n{row}\n");
        let rows = read(file.as_bytes(), &BTreeMap::new(), DateTime::UNIX_EPOCH).unwrap();
        rows.into_iter()
            .next()
            .unwrap()
            .read
            .map(|figures| figures.entry)
    }

    #[test]
    fn the_last_day_counts() {
        let entry = row("search ads;01.11.2026;07.11.2026;1000;25;12,50;EUR").unwrap();
        assert_eq!(entry.starts_at.to_rfc3339(), "2026-11-01T00:00:00+00:00");
        assert_eq!(entry.ends_at.to_rfc3339(), "2026-11-08T00:00:00+00:00");
        assert_eq!((entry.reach, entry.clicks, entry.requests), (1_000, 25, 0));
        assert_eq!(entry.cost.unwrap().minor(), 1_250);
        let one = row("form;2026-11-01;;;;;").unwrap();
        assert_eq!((one.ends_at - one.starts_at).num_days(), 1);
        assert_eq!(one.cost, None);
    }

    #[test]
    fn each_wrong_column_is_named() {
        let problems = row(";2026-11-02;2026-11-01;-1;x;5;").unwrap_err();
        let fields: Vec<&str> = problems.iter().map(|it| it.field.as_str()).collect();
        assert_eq!(
            fields,
            ["channel", "last_day", "reach", "clicks", "currency"]
        );
    }
}
