//! Fills the tables with any number of records in bounded memory.
//!
//! Records go straight into their table. Keys are put down in files by a part of their hash; each
//! file is then sorted in memory and written as whole rows, so that no row is touched twice. The
//! indexes are taken away meanwhile.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs::File,
    io::{BufWriter, Read as _, Write as _},
};

use anyhow::{Context as _, Result};
use matching::{
    keys::{FOLLOWED_MAX, Key, Kind, Lookup},
    known::Posting,
    record::Record,
};
use sqlx::{
    AssertSqlSafe, PgPool, Postgres, Row as _,
    pool::PoolConnection,
    postgres::{PgCopyIn, PgPoolCopyExt as _},
};
use tempfile::TempDir;
use uuid::Uuid;

use super::{Decided, Identities};

/// Files of keys: of ten million records each holds about a million keys.
const PARTS: usize = 64;
/// Bytes of one row in a file: kind, hash and person.
const ROW: usize = 1 + 8 + 16;
/// Letters that are sent to the database at a time.
const SENT: usize = 1 << 20;

/// Indexes and primary keys of the tables that are filled: how to take each away and make it again.
const INDEXES: &str = "
select
    case when c.oid is null then format('drop index %s', i.indexrelid::regclass)
        else format('alter table %s drop constraint %I', i.indrelid::regclass, c.conname) end,
    case when c.oid is null then pg_get_indexdef(i.indexrelid)
        else format('alter table %s add constraint %I %s', i.indrelid::regclass, c.conname,
            pg_get_constraintdef(c.oid)) end
from pg_index i left join pg_constraint c on c.conindid = i.indexrelid
where i.indrelid in ('identity_record'::regclass, 'identity_key'::regclass)
order by i.indexrelid";

/// Tables that are being filled.
pub struct Load {
    identities: Identities,
    /// Makes the indexes again.
    indexes: Vec<String>,
    records: PgCopyIn<PoolConnection<Postgres>>,
    lines: String,
    folder: TempDir,
    parts: Vec<BufWriter<File>>,
    persons: u32,
    /// Of few rows for all records: counted here.
    counters: BTreeMap<Key, u32>,
}

/// Filled tables, and how many rows they hold.
pub struct Loaded {
    /// The tables.
    pub identities: Identities,
    /// Rows of keys.
    pub keys: u64,
    /// Rows of those that are words of names.
    pub words: u64,
    /// Persons.
    pub persons: u32,
}

impl Load {
    pub(super) async fn start(identities: Identities) -> Result<Self> {
        let indexes = take_indexes_away(&identities.aside).await?;
        let copy = "copy identity_record (id, identity_id, body) from stdin";
        let records = identities.aside.copy_in_raw(copy).await?;
        let folder = tempfile::tempdir()?;
        let parts = (0..PARTS)
            .map(|part| Ok(BufWriter::new(File::create(path(&folder, part))?)))
            .collect::<Result<_>>()?;
        Ok(Self {
            identities,
            indexes,
            records,
            lines: String::new(),
            folder,
            parts,
            persons: 0,
            counters: BTreeMap::new(),
        })
    }

    /// Adds a record.
    pub async fn add(&mut self, decided: Decided, record: &Record) -> Result<()> {
        let (id, identity) = (decided.id.0, decided.identity.uuid());
        let body = record.to_string().replace('\\', "\\\\");
        writeln!(self.lines, "{id}\t{identity}\t{body}")?;
        self.persons += u32::from(decided.is_new());
        // Whether the person has a key already is seen when all rows of the key are together.
        for key in Lookup::of(record).steps(decided.is_new(), |_| false) {
            if key.kind == Kind::Everybody {
                *self.counters.entry(key).or_default() += 1;
                continue;
            }
            let part = usize::try_from(key.hash >> 32)? % PARTS;
            let file = self.parts.get_mut(part).context("a file for each part")?;
            file.write_all(&[u8::try_from(key.kind.number())?])?;
            file.write_all(&key.hash.to_be_bytes())?;
            file.write_all(identity.as_bytes())?;
        }
        if self.lines.len() > SENT {
            self.records.send(self.lines.as_bytes()).await?;
            self.lines.clear();
        }
        Ok(())
    }

    /// Writes the keys and makes the indexes; `progress` is told the share that is done.
    pub async fn finish(mut self, mut progress: impl FnMut(usize, usize)) -> Result<Loaded> {
        self.records.send(self.lines.as_bytes()).await?;
        self.records.finish().await?;
        for part in &mut self.parts {
            part.flush()?;
        }
        let pool = &self.identities.aside;
        let copy = "copy identity_key (hash, kind, count, step, identities) from stdin";
        let mut keys = pool.copy_in_raw(copy).await?;
        let (mut written, mut words) = (0, 0);
        let mut lines = String::new();
        for (key, count) in self.counters {
            let posting = Posting {
                count,
                persons: Vec::new(),
            };
            lines.push_str(&line(&key, &posting)?);
            written += 1;
        }
        keys.send(lines.as_bytes()).await?;
        for part in 0..PARTS {
            let file = path(&self.folder, part);
            let mut lines = String::new();
            for (key, posting) in &postings(&file)? {
                lines.push_str(&line(key, posting)?);
                written += 1;
                words += u64::from(key.kind == Kind::Word);
                if lines.len() > SENT {
                    keys.send(lines.as_bytes()).await?;
                    lines.clear();
                }
            }
            keys.send(lines.as_bytes()).await?;
            std::fs::remove_file(&file)?;
            progress(part + 1, PARTS);
        }
        keys.finish().await?;
        let mut session = pool.acquire().await?;
        let memory = "set maintenance_work_mem = '512MB'";
        sqlx::raw_sql(memory).execute(&mut *session).await?;
        for index in self.indexes {
            let make = AssertSqlSafe(index);
            sqlx::raw_sql(make).execute(&mut *session).await?;
        }
        for table in ["identity_record", "identity_key", "identity_member"] {
            let vacuum = AssertSqlSafe(format!("vacuum (analyze) {table}"));
            sqlx::raw_sql(vacuum).execute(&mut *session).await?;
        }
        drop(session);
        sqlx::raw_sql("checkpoint").execute(pool).await?;
        Ok(Loaded {
            identities: self.identities,
            keys: written,
            words,
            persons: self.persons,
        })
    }
}

/// Answers what makes the indexes again.
async fn take_indexes_away(pool: &PgPool) -> Result<Vec<String>> {
    let mut indexes = Vec::new();
    for row in sqlx::query(INDEXES).fetch_all(pool).await? {
        let away: String = row.try_get(0)?;
        sqlx::raw_sql(AssertSqlSafe(away)).execute(pool).await?;
        indexes.push(row.try_get(1)?);
    }
    Ok(indexes)
}

fn path(folder: &TempDir, part: usize) -> std::path::PathBuf {
    folder.path().join(format!("keys-{part}"))
}

/// The keys of a file in their order; the persons of a key stay in order of arrival.
fn postings(file: &std::path::Path) -> Result<Vec<(Key, Posting<Uuid>)>> {
    let mut rows: Vec<(Key, Uuid)> = Vec::new();
    let mut bytes = std::io::BufReader::new(File::open(file)?);
    let mut row = [0_u8; ROW];
    while bytes.read_exact(&mut row).is_ok() {
        let [kind, rest @ ..] = &row;
        let (hash, person) = rest.split_at(8);
        let key = Key {
            kind: Kind::of_number(i16::from(*kind)).context("a kind as it was written")?,
            hash: u64::from_be_bytes(hash.try_into()?),
        };
        rows.push((key, Uuid::from_slice(person)?));
    }
    rows.sort_by_key(|(key, _)| *key);
    Ok(rows
        .chunk_by(|one, other| one.0 == other.0)
        .filter_map(|rows| {
            let (key, _) = rows.first()?;
            let mut posting = Posting::default();
            for (_, person) in rows {
                add(&mut posting, key.kind, *person);
            }
            Some((*key, posting))
        })
        .collect())
}

/// As [`matching::known::Known::add`] does, if each record is a batch: of a key that is too common
/// it is no longer known who has it.
fn add(posting: &mut Posting<Uuid>, kind: Kind, person: Uuid) {
    let is_followed = kind != Kind::Word && posting.count <= FOLLOWED_MAX;
    if is_followed && posting.persons.contains(&person) {
        return;
    }
    posting.count += 1;
    if is_followed && posting.count <= FOLLOWED_MAX {
        posting.persons.push(person);
    } else {
        posting.persons.clear();
    }
}

fn line(key: &Key, posting: &Posting<Uuid>) -> Result<String> {
    let (hash, kind) = (key.hash.cast_signed(), key.kind.number());
    let mut line = format!("{hash}\t{kind}\t{}\t1\t\\\\x", posting.count);
    for person in &posting.persons {
        write!(line, "{}", person.simple())?;
    }
    line.push('\n');
    Ok(line)
}
