//! Fills the tables with any number of records in bounded memory.
//!
//! Records go straight into their table. Keys are put down in files by a part of their hash; each
//! file is then sorted in memory and written as whole rows, so that no row is touched twice.

use std::{
    fmt::Write as _,
    fs::File,
    io::{BufWriter, Read as _, Write as _},
};

use anyhow::{Context as _, Result};
use matching::keys::{Key, Kind, Lookup};
use sqlx::{
    Postgres,
    pool::PoolConnection,
    postgres::{PgCopyIn, PgPoolCopyExt as _},
};
use tempfile::TempDir;
use uuid::Uuid;

use super::{Decided, INDEXES, Identities, Posting, stored};

/// Files of keys: of ten million records each holds about a million keys.
const PARTS: usize = 64;
/// Bytes of one row in a file: kind, hash and person.
const ROW: usize = 1 + 8 + 16;
/// Letters that are sent to the database at a time.
const SENT: usize = 1 << 20;

/// Tables that are being filled.
pub struct Load {
    identities: Identities,
    records: PgCopyIn<PoolConnection<Postgres>>,
    lines: String,
    folder: TempDir,
    parts: Vec<BufWriter<File>>,
    persons: u32,
}

/// Filled tables, and how many rows they hold.
#[derive(Debug)]
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
        let copy = "copy identity_record (id, identity_id, body) from stdin";
        let records = identities.pool.copy_in_raw(copy).await?;
        let folder = tempfile::tempdir()?;
        let parts = (0..PARTS)
            .map(|part| Ok(BufWriter::new(File::create(path(&folder, part))?)))
            .collect::<Result<_>>()?;
        Ok(Self {
            identities,
            records,
            lines: String::new(),
            folder,
            parts,
            persons: 0,
        })
    }

    /// Adds a record; merges are not looked at.
    pub async fn add(&mut self, decided: &Decided) -> Result<()> {
        let Decided {
            id, person, record, ..
        } = decided;
        let body = record.to_string().replace('\\', "\\\\");
        writeln!(self.lines, "{id}\t{person}\t{body}")?;
        self.persons += u32::from(decided.is_new);
        for key in Lookup::of(record).steps(decided.is_new, |_| false) {
            // One row for all: counted here.
            if key.kind == Kind::Everybody {
                continue;
            }
            let part = usize::try_from(key.hash >> 32)? % PARTS;
            let file = self.parts.get_mut(part).context("a file for each part")?;
            file.write_all(&[u8::try_from(key.kind.number())?])?;
            file.write_all(&key.hash.to_be_bytes())?;
            file.write_all(person.as_bytes())?;
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
        let pool = &self.identities.pool;
        let copy = "copy identity_key (kind, hash, count, identities) from stdin";
        let mut keys = pool.copy_in_raw(copy).await?;
        let (mut written, mut words) = (0, 0);
        if self.persons > 0 {
            let everybody = Posting {
                count: self.persons,
                persons: Vec::new(),
            };
            let line = line(&Key::everybody(), &everybody)?;
            keys.send(line.as_bytes()).await?;
            written += 1;
        }
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
        sqlx::raw_sql(INDEXES).execute(pool).await?;
        for table in ["identity_record", "identity_key", "identity_member"] {
            let vacuum = sqlx::AssertSqlSafe(format!("vacuum (analyze) {table}"));
            sqlx::raw_sql(vacuum).execute(pool).await?;
        }
        sqlx::raw_sql("checkpoint").execute(pool).await?;
        Ok(Loaded {
            identities: self.identities,
            keys: written,
            words,
            persons: self.persons,
        })
    }
}

fn path(folder: &TempDir, part: usize) -> std::path::PathBuf {
    folder.path().join(format!("keys-{part}"))
}

/// The keys of a file in their order; the persons of a key stay in order of arrival.
fn postings(file: &std::path::Path) -> Result<Vec<(Key, Posting)>> {
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
                posting.add(key.kind, *person);
            }
            Some((*key, posting))
        })
        .collect())
}

fn line(key: &Key, posting: &Posting) -> Result<String> {
    let (kind, hash) = stored(key);
    let mut line = format!("{kind}\t{hash}\t{}\t\\\\x", posting.count);
    for person in &posting.persons {
        write!(line, "{}", person.simple())?;
    }
    line.push('\n');
    Ok(line)
}
