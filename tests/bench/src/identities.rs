//! Whose leads are, decided and stored in the tables of intake by what intake does it with: only
//! what it does besides, as leads and events, is left out.

mod load;
#[cfg(test)]
mod tests;

use std::{collections::BTreeSet, time::Duration};

use anyhow::Result;
use clock::{Clock, Timestamp};
use database::{Database, Error, Settings};
use ids::IdentityId;
use intake::{
    domain::identity::{Cause, Known, Link, RecordId},
    store::identity::{self, Around},
};
use matching::{
    case::Case,
    decide::{self, Rulings, Verdict},
    explain,
    model::Model,
    record::Record,
};
use sqlx::{
    ConnectOptions as _, PgPool, Row as _,
    postgres::{PgConnectOptions, PgPoolOptions},
};

pub use load::{Load, Loaded};

const SCHEMA: &str = "intake";
/// Sessions, as intake has them for a collector and its readers.
const SESSIONS: u32 = 4;
const ACQUIRE_WITHIN: Duration = Duration::from_secs(10);
/// How often a batch is decided when others come first.
const ATTEMPTS: u32 = 5;

/// A record of which it is decided whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decided {
    /// The record's id; later ones are greater.
    pub id: RecordId,
    /// The identity under which it is stored. A new one is called as its first record.
    pub identity: IdentityId,
    /// How the identity was called, with those it is one with, when it was decided.
    pub person: IdentityId,
}

impl Decided {
    /// A record of somebody who is one with nobody else.
    pub fn of(id: RecordId, identity: IdentityId) -> Self {
        let person = identity;
        Self {
            id,
            identity,
            person,
        }
    }

    /// It is the first of its identity.
    pub fn is_new(&self) -> bool {
        self.identity.uuid() == self.id.0
    }
}

/// Bytes of a table.
#[derive(Clone, Debug)]
pub struct Size {
    /// Which one.
    pub table: String,
    /// Of the rows.
    pub rows: u64,
    /// Of the indexes.
    pub indexes: u64,
}

/// The tables.
pub struct Identities {
    database: Database,
    /// For what no service does: to load in bulk, and to ask the catalog.
    aside: PgPool,
}

impl Identities {
    /// Opens a database as intake does, and makes its tables if they are not there.
    pub async fn open(url: &str) -> Result<Self> {
        let settings = Settings {
            url: url.to_owned(),
            max_connections: SESSIONS,
            acquire_timeout: ACQUIRE_WITHIN,
        };
        let database = Database::connect(&settings, SCHEMA).await?;
        database.migrate(intake::MIGRATIONS).await?;
        let options = url
            .parse::<PgConnectOptions>()?
            .options([("search_path", SCHEMA)])
            .disable_statement_logging();
        let aside = PgPoolOptions::new().max_connections(2);
        Ok(Self {
            database,
            aside: aside.connect_with(options).await?,
        })
    }

    /// Makes the tables in an empty database and fills them; see [`Load`].
    pub async fn load(url: &str) -> Result<Load> {
        Load::start(Self::open(url).await?).await
    }

    /// What is known around a record.
    pub async fn around(&self, record: &Record) -> Result<Around> {
        let nobody = BTreeSet::new();
        Ok(identity::load(self.database.reader(), &[record], &nobody).await?)
    }

    /// Decides whose some records are, in order, and stores them for good, all or none; begun anew
    /// if somebody else came first.
    pub async fn take(
        &self,
        model: &Model,
        records: &[(RecordId, Record)],
    ) -> Result<Vec<Decided>> {
        let mut tried = 0;
        loop {
            tried += 1;
            match self.attempt(model, records).await {
                Err(Error::Conflict(_)) if tried < ATTEMPTS => {}
                answer => return Ok(answer?),
            }
        }
    }

    async fn attempt(
        &self,
        model: &Model,
        records: &[(RecordId, Record)],
    ) -> Result<Vec<Decided>, Error> {
        let now = Clock::system().now();
        let tx = self.database.begin().await?;
        let asked: Vec<&Record> = records.iter().map(|(_, record)| record).collect();
        let mut around = identity::load(&tx, &asked, &BTreeSet::new()).await?;
        let (mut decided, mut links, mut rows) = (Vec::new(), Vec::new(), Vec::new());
        for (id, record) in records {
            let one = give(model, &mut around.known, *id, record, now, &mut links);
            rows.push((*id, one.identity, record.to_string()));
            decided.push(one);
        }
        identity::insert_records(&tx, &rows).await?;
        identity::save_links(&tx, &around, &links, now).await?;
        identity::write_keys(&tx, &around.known.changes()).await?;
        tx.commit().await?;
        Ok(decided)
    }

    /// Bytes of each table.
    pub async fn sizes(&self) -> Result<Vec<Size>> {
        let sizes = "select relname::text, pg_table_size(oid), pg_indexes_size(oid) from pg_class
            where relkind = 'r' and relnamespace = current_schema()::regnamespace
            and relname in ('identity_record', 'identity_key', 'identity_member', 'identity_link')
            order by relname";
        let rows = sqlx::query(sizes).fetch_all(&self.aside).await?;
        rows.iter()
            .map(|row| {
                Ok(Size {
                    table: row.try_get(0)?,
                    rows: u64::try_from(row.try_get::<i64, _>(1)?)?,
                    indexes: u64::try_from(row.try_get::<i64, _>(2)?)?,
                })
            })
            .collect()
    }
}

/// A decision with all that is stored of it.
#[derive(Debug)]
pub struct Decision {
    /// Whose the record is.
    pub verdict: Verdict<IdentityId>,
    /// Of the best person, in millionths.
    pub probability_ppm: u32,
    /// The explanation, and all that it rests on.
    pub stored: serde_json::Value,
}

/// Decides and explains whose a record is.
pub fn decide(model: &Model, known: &Known, record: &Record) -> Decision {
    let found = known.look_up(record, None);
    let rulings = known.rulings();
    let decision = decide::decide(model, record, &found.candidates, &found.counts, &rulings);
    let told = explain::explain(model, record, &decision);
    let case = Case::of(record, &found.candidates, &found.counts, &rulings);
    Decision {
        verdict: decision.verdict,
        probability_ppm: told.probability_ppm,
        stored: serde_json::json!({"explanation": told, "case": case}),
    }
}

/// Decides whose a record is and notes it for those after it.
fn give(
    model: &Model,
    known: &mut Known,
    id: RecordId,
    record: &Record,
    now: Timestamp,
    links: &mut Vec<Link>,
) -> Decided {
    let decision = decide(model, known, record);
    let identity = match decision.verdict {
        Verdict::Same { person, merges } => {
            for other in merges {
                if known.link(person, other) {
                    links.push(Link {
                        source: Some(id.0),
                        probability_ppm: Some(decision.probability_ppm),
                        ..Link::new(person, other, Cause::Matched, now)
                    });
                }
            }
            nearest(model, known, record, person)
        }
        Verdict::Review { .. } | Verdict::New | Verdict::Unidentified => {
            IdentityId::from_uuid(id.0)
        }
    };
    known.add(identity, id, record.clone());
    Decided {
        id,
        identity,
        person: known.head(identity),
    }
}

/// Of those who are one person, the one whose the record would be if they were not.
fn nearest(model: &Model, known: &Known, record: &Record, person: IdentityId) -> IdentityId {
    if known.members(person).len() < 2 {
        return person;
    }
    let found = known.severally(record, person);
    let rulings = Rulings::default();
    let decision = decide::decide(model, record, &found.candidates, &found.counts, &rulings);
    let nearest = decision.ranking.first();
    nearest.map_or(person, |scored| scored.person)
}
