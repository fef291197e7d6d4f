//! What happened with persons, and what it belongs to.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use database::{Error, rows::execute};
use ids::{CampaignId, LeadId, PersonId, StaffId};
use messaging::Tx;
use sea_orm::{
    ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Statement,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::{
    entity::{timeline_entry, timeline_link},
    rows::{self, Kind, Table, hex, time},
    texts,
};
use crate::domain::timeline::{self, Entry, Link, Told};

const ENTRY: Table = Table {
    name: "timeline_entry",
    columns: &[
        ("source_id", Kind::Id),
        ("kind", Kind::Text),
        ("revision", Kind::Int),
        ("subject_id", Kind::Id),
        ("at", Kind::Time),
        ("shown", Kind::Flag),
        ("variant", Kind::Text),
        ("detail", Kind::Text),
        ("about", Kind::Json),
        ("channel", Kind::Text),
        ("campaign_id", Kind::Id),
        ("amount_minor", Kind::Int),
        ("currency", Kind::Text),
        ("staff_id", Kind::Id),
    ],
};
const LINK: Table = Table {
    name: "timeline_link",
    columns: &[
        ("origin_id", Kind::Id),
        ("role", Kind::Text),
        ("revision", Kind::Int),
        ("child_id", Kind::Id),
        ("parent_id", Kind::Id),
    ],
};

/// A timeline is made of no more subjects than this; of somebody who has more, of the nearest
/// and newest.
const MOST: usize = 5_000;
/// Steps from a person to the farthest subject: lead, deal, contract, case; one more finds the end.
const ROUNDS: usize = 5;

/// Where the next page begins: behind this entry.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Cursor {
    pub at: DateTime<Utc>,
    pub source: Uuid,
    pub kind: String,
}

/// Which entries are wanted.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Empty for all.
    pub kinds: Vec<timeline::Kind>,
    /// At or after.
    pub from: Option<DateTime<Utc>>,
    /// Before.
    pub to: Option<DateTime<Utc>>,
}

/// Keeps what events tell, in two statements at most, whatever their number.
pub async fn save(tx: &Tx, told: &Told) -> Result<(), Error> {
    let newer = "excluded.revision > timeline_entry.revision";
    upsert(tx, &ENTRY, told.entries().map(entry_row).collect(), newer).await?;
    let newer = "excluded.revision > timeline_link.revision \
                 or (excluded.revision = timeline_link.revision and excluded.parent_id is not null \
                     and (timeline_link.parent_id is null \
                         or excluded.parent_id > timeline_link.parent_id))";
    upsert(tx, &LINK, told.links().map(link_row).collect(), newer).await
}

/// Writes rows, over those of the same key (the first two columns) where they are newer.
async fn upsert(tx: &Tx, table: &Table, rows: Vec<Json>, newer: &str) -> Result<(), Error> {
    if rows.is_empty() {
        return Ok(());
    }
    let names = table.columns.iter().map(|(name, _)| *name);
    let key: Vec<&str> = names.clone().take(2).collect();
    let set: Vec<String> = names
        .skip(2)
        .map(|name| format!("{name} = excluded.{name}"))
        .collect();
    let sql = format!(
        "insert into {} ({}) {} where true on conflict ({}) do update set {} where {newer}",
        table.name,
        table.names(),
        table.unpacked(tx.get_database_backend()),
        key.join(", "),
        set.join(", "),
    );
    execute(&**tx, sql, [Json::Array(rows).into()]).await?;
    Ok(())
}

/// All that belongs to these records, each with the record that it belongs to.
pub async fn subjects(
    db: &impl ConnectionTrait,
    leads: &BTreeMap<PersonId, Vec<LeadId>>,
    members: &BTreeSet<PersonId>,
) -> Result<BTreeMap<Uuid, PersonId>, Error> {
    let mut reached: BTreeMap<Uuid, PersonId> = BTreeMap::new();
    let own = members.iter().map(|person| (person.uuid(), *person));
    let led = leads
        .iter()
        .flat_map(|(person, leads)| leads.iter().map(|lead| (lead.uuid(), *person)));
    let mut next: BTreeMap<Uuid, PersonId> = own.chain(led).collect();
    for _ in 0..ROUNDS {
        if next.is_empty() || reached.len() >= MOST {
            break;
        }
        let rows = timeline_link::Entity::find()
            .filter(rows::one_of(db, "parent_id", next.keys().copied()))
            // Ids have the order of their making.
            .order_by_desc(timeline_link::Column::ChildId)
            .order_by_desc(timeline_link::Column::ParentId)
            .limit(MOST as u64)
            .all(db)
            .await?;
        reached.append(&mut next);
        for row in rows {
            let person = row.parent_id.and_then(|parent| reached.get(&parent));
            let Some(person) = person.filter(|_| !reached.contains_key(&row.child_id)) else {
                continue;
            };
            let first = next.entry(row.child_id).or_insert(*person);
            *first = (*first).min(*person);
        }
    }
    reached.append(&mut next);
    Ok(reached)
}

/// Up to `limit` entries of these subjects after the cursor, newest first.
pub async fn page(
    db: &impl ConnectionTrait,
    subjects: impl IntoIterator<Item = Uuid>,
    wanted: &Wanted,
    after: Option<Cursor>,
    limit: u64,
) -> Result<Vec<Entry>, Error> {
    let backend = db.get_database_backend();
    let before = wanted.to.map(|to| Cursor {
        at: to,
        source: Uuid::nil(),
        kind: String::new(),
    });
    // Whichever of both ends is nearer; the end of the calendar where there is none.
    let end = match (after, before) {
        (Some(after), Some(before)) => after.min(before),
        (after, before) => after.or(before).unwrap_or_else(end_of_time),
    };
    let kinds = match wanted.kinds.as_slice() {
        [] => timeline::Kind::ALL,
        kinds => kinds,
    };
    let kinds: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let values: [sea_orm::Value; 7] = [
        database::rows::ids(subjects),
        end.at.into(),
        end.source.into(),
        end.kind.into(),
        wanted.from.unwrap_or_else(beginning_of_time).into(),
        Json::from(kinds).into(),
        limit.into(),
    ];
    let statement = Statement::from_sql_and_values(backend, page_sql(backend), values);
    let rows = timeline_entry::Entity::find()
        .from_raw_sql(statement)
        .all(db)
        .await?;
    rows.into_iter().map(from_row).collect()
}

/// On PostgreSQL the keys at the end of each subject are read from the index alone, no more than a
/// page of them, and only the newest of all are looked up. SQLite knows no lateral join: it sorts all
/// keys of these subjects.
pub fn page_sql(backend: DbBackend) -> String {
    let bounds = "shown and (at, source_id, kind) < ($2, $3, $4) and at >= $5";
    let order = "order by at desc, source_id desc, kind desc";
    let newest = match backend {
        DbBackend::Sqlite => format!(
            "select source_id, kind from timeline_entry \
             where subject_id in (select unhex(value) from json_each($1)) and {bounds} \
             and kind in (select value from json_each($6)) {order} limit $7"
        ),
        _ => format!(
            "select source_id, kind from jsonb_array_elements_text($1) as subject (id) \
             cross join lateral ( \
                 select at, source_id, kind from timeline_entry \
                 where subject_id = subject.id::uuid and {bounds} \
                 and kind = any (array (select value from jsonb_array_elements_text($6) as value)) \
                 {order} limit $7 \
             ) as last {order} limit $7"
        ),
    };
    let columns: Vec<String> = ENTRY
        .columns
        .iter()
        .map(|(name, _)| format!("entry.{name}"))
        .collect();
    format!(
        "select {} from ({newest}) as newest join timeline_entry as entry \
         on entry.source_id = newest.source_id and entry.kind = newest.kind \
         order by entry.at desc, entry.source_id desc, entry.kind desc",
        columns.join(", ")
    )
}

fn end_of_time() -> Cursor {
    Cursor {
        // The last year of four digits: all spellings of instants have the order of the calendar.
        at: DateTime::from_timestamp(253_402_300_799, 0).unwrap_or(DateTime::<Utc>::MAX_UTC),
        source: Uuid::max(),
        kind: String::new(),
    }
}

/// The first year of four digits.
fn beginning_of_time() -> DateTime<Utc> {
    DateTime::from_timestamp(-62_135_596_800, 0).unwrap_or(DateTime::UNIX_EPOCH)
}

fn entry_row(entry: &Entry) -> Json {
    let (minor, currency) = entry.amount.clone().unzip();
    json!([
        hex(entry.source),
        entry.kind.as_str(),
        entry.revision,
        hex(entry.subject),
        time(entry.at),
        entry.shown,
        entry.variant,
        entry.detail,
        entry.about,
        entry.channel,
        entry.campaign.map(|campaign| hex(campaign.uuid())),
        minor,
        currency,
        entry.staff.map(|staff| hex(staff.uuid())),
    ])
}

fn link_row(link: &Link) -> Json {
    json!([
        hex(link.origin),
        link.role.as_str(),
        link.revision,
        hex(link.child),
        link.parent.map(hex),
    ])
}

fn from_row(row: timeline_entry::Model) -> Result<Entry, Error> {
    let kind = row.kind.parse();
    Ok(Entry {
        source: row.source_id,
        kind: kind.map_err(|_| sea_orm::DbErr::Type(row.kind))?,
        revision: row.revision,
        subject: row.subject_id,
        at: row.at,
        shown: row.shown,
        variant: row.variant,
        detail: row.detail,
        about: texts(&row.about),
        channel: row.channel,
        campaign: row.campaign_id.map(CampaignId::from_uuid),
        amount: row.amount_minor.zip(row.currency),
        staff: row.staff_id.map(StaffId::from_uuid),
    })
}
