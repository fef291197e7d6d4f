//! Costs from a CSV file.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use ids::{CampaignId, CostId};
use rpc::decode::{Fields, Invalid};
use uuid::Uuid;

use super::{
    Problem, Row, day, finish, money, number,
    sheet::{self, Values},
};
use crate::domain::{
    cost::{Cost, Entry, Labour, MAX_MINUTES, Spending},
    money::Money,
};

const FIELDS: &[&str] = &[
    "id",
    "line",
    "kind",
    "day",
    "currency",
    "planned",
    "actual",
    "hourly_rate",
    "planned_minutes",
    "actual_minutes",
    "activity_id",
    "channel",
    "responsible_id",
    "supplier_id",
    "note",
];
const REQUIRED: &[&str] = &["line", "day"];
const NAME: usize = 200;
const NOTE: usize = 20_000;

/// Reads the rows of a file. The id of a row is that of its column `id`, or follows from the
/// campaign and what the row says; the second row that says the same has another one.
pub fn read(
    campaign: CampaignId,
    file: &[u8],
    columns: &BTreeMap<String, String>,
    now: DateTime<Utc>,
) -> Result<Vec<Row<Cost>>, Invalid> {
    let mut said: BTreeMap<String, u32> = BTreeMap::new();
    let lines = sheet::read(file, FIELDS, REQUIRED, columns)?;
    let row = |line: sheet::Line| {
        let read = line.values.and_then(|values| {
            let entry = entry(&values)?;
            let id = id(campaign, values.get("id"), &entry, &mut said);
            Ok(Cost::new(id, campaign, entry, now))
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
    let line = fields.text("line", values.get("line"), NAME);
    let spending = spending(&mut fields, values);
    let spent_at = day(&mut fields, "day", values.get("day"));
    let activity = fields.parse_optional("activity_id", values.get("activity_id"));
    let channel = fields.text_optional("channel", values.get("channel"), NAME);
    let responsible = fields.parse_optional("responsible_id", values.get("responsible_id"));
    let supplier = fields.parse_optional("supplier_id", values.get("supplier_id"));
    let note = fields.text_optional("note", values.get("note"), NOTE);
    fields.text_optional("id", values.get("id"), NAME);
    finish(fields, || {
        Some(Entry {
            line: line?,
            spending: spending?,
            spent_at: spent_at?,
            activity: activity?,
            channel: channel?.unwrap_or_default(),
            responsible: responsible?,
            supplier: supplier?,
            note: note?.unwrap_or_default(),
        })
    })
}

fn spending(fields: &mut Fields, values: &Values) -> Option<Spending> {
    let currency = values.get("currency").to_uppercase();
    let mut amount = |field: &str| money(fields, field, values.get(field), &currency);
    let (planned, actual) = (amount("planned"), amount("actual"));
    let rate = amount("hourly_rate");
    let planned_minutes = minutes(fields, values, "planned_minutes");
    let actual_minutes = minutes(fields, values, "actual_minutes");
    match values.get("kind").to_lowercase().as_str() {
        "" | "expense" => expense(fields, values, planned?, actual?),
        "labour" => {
            for field in ["planned", "actual"] {
                if !values.get(field).is_empty() {
                    fields.wrong(
                        field,
                        "OUT_OF_RANGE",
                        "of labour is computed: leave it empty",
                    );
                }
            }
            let rate = fields.require("hourly_rate", rate?)?;
            let labour = Labour::try_new(rate, planned_minutes?, actual_minutes?);
            let labour = labour.map_err(|error| fields.wrong("hourly_rate", "OUT_OF_RANGE", error));
            labour.ok().map(Spending::Labour)
        }
        _ => {
            fields.wrong("kind", "UNKNOWN", "must be one of expense, labour");
            None
        }
    }
}

fn expense(
    fields: &mut Fields,
    values: &Values,
    planned: Option<Money>,
    actual: Option<Money>,
) -> Option<Spending> {
    for field in ["hourly_rate", "planned_minutes", "actual_minutes"] {
        if !values.get(field).is_empty() {
            fields.wrong(field, "OUT_OF_RANGE", "is for labour alone");
        }
    }
    if planned.is_none() && actual.is_none() {
        fields.wrong(
            "actual",
            "REQUIRED",
            "an amount, planned or in fact, is required",
        );
    }
    if planned.as_ref().is_some_and(|planned| planned.minor() < 0) {
        fields.wrong("planned", "OUT_OF_RANGE", "is negative");
        return None;
    }
    Some(Spending::Expense { planned, actual })
}

#[expect(
    clippy::option_option,
    reason = "wrong, absent and given are three things"
)]
fn minutes(fields: &mut Fields, values: &Values, field: &str) -> Option<Option<i64>> {
    number(fields, field, values.get(field), MAX_MINUTES)
}

fn id(campaign: CampaignId, told: &str, entry: &Entry, said: &mut BTreeMap<String, u32>) -> CostId {
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
    CostId::from_uuid(Uuid::new_v5(&campaign.uuid(), name.as_bytes()))
}

/// All that a row says, however it is written.
fn content(entry: &Entry) -> String {
    let amount = |money: Option<&Money>| {
        money.map_or_else(String::new, |it| format!("{}{}", it.currency(), it.minor()))
    };
    let labour = entry.spending.labour();
    let minutes = |minutes: Option<i64>| minutes.map_or_else(String::new, |it| it.to_string());
    [
        entry.line.clone(),
        entry.spending.kind().to_owned(),
        amount(entry.spending.planned()),
        amount(entry.spending.actual()),
        amount(labour.map(Labour::rate)),
        minutes(labour.and_then(Labour::planned_minutes)),
        minutes(labour.and_then(Labour::actual_minutes)),
        entry.spent_at.timestamp().to_string(),
        entry.activity.map_or_else(String::new, |id| id.to_string()),
        entry.channel.clone(),
        entry
            .responsible
            .map_or_else(String::new, |id| id.to_string()),
        entry.supplier.map_or_else(String::new, |id| id.to_string()),
        entry.note.clone(),
    ]
    .join("\u{1f}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn costs(campaign: CampaignId, file: &str) -> Vec<Row<Cost>> {
        read(
            campaign,
            file.as_bytes(),
            &BTreeMap::new(),
            DateTime::UNIX_EPOCH,
        )
        .unwrap()
    }

    #[test]
    fn the_same_row_has_the_same_id_however_it_is_written() {
        let campaign = CampaignId::generate();
        let ids = |file: &str| -> Vec<CostId> {
            let rows = costs(campaign, file).into_iter();
            rows.map(|row| row.read.unwrap().id).collect()
        };
        let plain = ids(
            "line,day,actual,currency\nTicket,2026-11-26,12.50,EUR\nTicket,2026-11-26,12.50,EUR\n",
        );
        let other = ids(
            "currency;actual;day;line\neur;12,5;26.11.2026; Ticket \nEUR;12,5;26.11.2026;Ticket\n",
        );
        assert_eq!(plain, other);
        assert_ne!(plain[0], plain[1], "two tickets are two costs");
        let elsewhere = read(
            CampaignId::generate(),
            b"line,day,actual,currency\nTicket,2026-11-26,12.50,EUR\n",
            &BTreeMap::new(),
            DateTime::UNIX_EPOCH,
        );
        assert_ne!(elsewhere.unwrap().remove(0).read.unwrap().id, plain[0]);
        let told = ids("id,line,day,actual,currency\nA-7,Ticket,2026-11-26,1,EUR\n");
        let changed = ids("id,line,day,actual,currency\nA-7,Taxi,2026-11-27,2,EUR\n");
        assert_eq!(told, changed);
    }

    #[test]
    fn each_wrong_column_is_named() {
        let campaign = CampaignId::generate();
        let wrong = |row: &str| -> Vec<(String, String)> {
            let header =
                "id,line,kind,day,currency,planned,actual,hourly_rate,actual_minutes,activity_id";
            let rows = costs(campaign, &format!("{header}\n{row}\n"));
            let problems = rows.into_iter().next().unwrap().read.err().unwrap();
            problems
                .into_iter()
                .map(|it| (it.field, it.reason))
                .collect()
        };
        let pairs = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
            let owned =
                |(field, reason): &(&str, &str)| ((*field).to_owned(), (*reason).to_owned());
            pairs.iter().map(owned).collect()
        };
        assert_eq!(
            wrong(",,,26/11/2026,EUR,\"1,234\",,,,x"),
            pairs(&[
                ("line", "REQUIRED"),
                ("planned", "MALFORMED"),
                ("day", "MALFORMED"),
                ("activity_id", "MALFORMED"),
            ])
        );
        assert_eq!(
            wrong(",a,,2026-02-29,,1,,,,"),
            pairs(&[("currency", "REQUIRED"), ("day", "MALFORMED")])
        );
        assert_eq!(
            wrong(",a,gift,2026-02-28,EUR,1,,,,"),
            pairs(&[("kind", "UNKNOWN")])
        );
        assert_eq!(
            wrong(",a,,2026-02-28,EUR,,,,,"),
            pairs(&[("actual", "REQUIRED")])
        );
        assert_eq!(
            wrong(",a,,2026-02-28,EUR,-1,,,,"),
            pairs(&[("planned", "OUT_OF_RANGE")])
        );
        assert_eq!(
            wrong(",a,,2026-02-28,EUR,1,,,60,"),
            pairs(&[("actual_minutes", "OUT_OF_RANGE")])
        );
        assert_eq!(
            wrong(",a,labour,2026-02-28,EUR,,,,60,"),
            pairs(&[("hourly_rate", "REQUIRED")])
        );
        assert_eq!(
            wrong(",a,labour,2026-02-28,EUR,,5,10,60,"),
            pairs(&[("actual", "OUT_OF_RANGE")])
        );
        assert_eq!(
            wrong(",a,labour,2026-02-28,EUR,,,-10,60,"),
            pairs(&[("hourly_rate", "OUT_OF_RANGE")])
        );
    }
}
