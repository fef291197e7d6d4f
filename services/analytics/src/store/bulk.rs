//! Statements over many rows whose text does not depend on their number.
//!
//! On PostgreSQL a column travels as one array, written as text; on SQLite the rows travel as one JSON value.
//! Taking JSON apart costs PostgreSQL several times what it takes to read arrays, and the projector writes
//! little else than such rows.

use std::fmt::Write as _;

use clock::Timestamp;
use database::{Error, rows};
use sea_orm::{ConnectionTrait, DbBackend, QueryResult, Statement, Value};
use serde_json::Value as Json;
use uuid::Uuid;

/// Type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    Id,
    Text,
    Small,
    Int,
    Big,
    Flag,
    Time,
    Bytes,
}

/// A value of a row.
#[derive(Debug, Clone, PartialEq)]
pub enum Field {
    Null,
    Id(Uuid),
    Text(String),
    Int(i64),
    Flag(bool),
    Time(Timestamp),
    Bytes(Vec<u8>),
}

impl From<Uuid> for Field {
    fn from(id: Uuid) -> Self {
        Self::Id(id)
    }
}

impl From<i64> for Field {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<i32> for Field {
    fn from(number: i32) -> Self {
        Self::Int(number.into())
    }
}

impl From<i16> for Field {
    fn from(number: i16) -> Self {
        Self::Int(number.into())
    }
}

impl From<String> for Field {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Timestamp> for Field {
    fn from(at: Timestamp) -> Self {
        Self::Time(at)
    }
}

impl From<Vec<u8>> for Field {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes)
    }
}

/// A column: its name and type.
pub type Column<'a> = (&'a str, Type);

/// Rows to be bound to a statement.
#[derive(Debug)]
pub struct Batch<'a> {
    columns: &'a [Column<'a>],
    rows: Vec<Vec<Field>>,
}

impl<'a> Batch<'a> {
    /// Each row has its values in the order of the columns.
    pub fn new(columns: &'a [Column<'a>], rows: Vec<Vec<Field>>) -> Self {
        Self { columns, rows }
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// A query for the rows, which [`Self::binds`] binds from `$1` on.
    pub fn query(&self, backend: DbBackend) -> String {
        if backend == DbBackend::Sqlite {
            let columns = self.columns.iter();
            let columns: Vec<(&str, rows::Kind)> =
                columns.map(|(name, of)| (*name, kind(*of))).collect();
            return rows::unpacked(backend, &columns, 1);
        }
        let arrays = (1..).zip(self.columns);
        let arrays: Vec<String> = arrays
            .map(|(number, (_, of))| format!("${number}::text::{}[]", word(*of)))
            .collect();
        let (names, arrays) = (self.names(), arrays.join(", "));
        format!("select {names} from unnest({arrays}) as given ({names})")
    }

    /// The rows as they are bound.
    pub fn binds(&self, backend: DbBackend) -> Vec<Value> {
        match backend {
            DbBackend::Sqlite => {
                let rows = self.rows.iter();
                let rows = rows.map(|row| Json::Array(row.iter().map(json).collect()));
                vec![Json::Array(rows.collect()).into()]
            }
            _ => (0..self.columns.len())
                .map(|place| array(self.rows.iter().filter_map(|row| row.get(place))).into())
                .collect(),
        }
    }

    /// Names of the columns, to be selected or inserted into.
    pub fn names(&self) -> String {
        let names: Vec<&str> = self.columns.iter().map(|(name, _)| *name).collect();
        names.join(", ")
    }

    /// Writes the rows.
    pub async fn insert<C: ConnectionTrait>(&self, db: &C, table: &str) -> Result<u64, Error> {
        self.insert_or(db, table, "").await
    }

    /// Writes the rows, with what is to be done about those that are there: `on conflict …`.
    pub async fn insert_or<C: ConnectionTrait>(
        &self,
        db: &C,
        table: &str,
        conflict: &str,
    ) -> Result<u64, Error> {
        let names = self.names();
        self.run(db, |rows| {
            format!("insert into {table} ({names}) select {names} from ({rows}) as v where true {conflict}")
        })
        .await
    }

    /// A query for what a table has for each of the rows: `select` of the rows of `table` (as `t`) whose columns are
    /// those given and for which `also` holds.
    ///
    /// Each of the rows is looked up by itself. Left to itself, PostgreSQL may prefer to go through the whole table
    /// while that is small, and keeps such a plan when it is not any more.
    pub fn lookup(&self, backend: DbBackend, table: &str, select: &str, also: &str) -> String {
        let rows = self.query(backend);
        let same: Vec<String> = self
            .columns
            .iter()
            .map(|(name, _)| format!("t.{name} = v.{name}"))
            .collect();
        let same = same.join(" and ");
        if backend == DbBackend::Sqlite {
            return format!(
                "select {select} from ({rows}) as v cross join {table} as t where {same}{also}"
            );
        }
        format!(
            "select found.* from ({rows}) as v cross join lateral \
             (select {select} from {table} as t where {same}{also} offset 0) as found"
        )
    }

    /// Runs [`Self::lookup`]; `values` are bound after the rows, from the mark [`Self::next_mark`] on.
    pub async fn look_up<C: ConnectionTrait>(
        &self,
        db: &C,
        table: &str,
        select: &str,
        also: &str,
        values: impl IntoIterator<Item = Value>,
    ) -> Result<Vec<QueryResult>, Error> {
        if self.is_empty() {
            return Ok(Vec::new());
        }
        let backend = db.get_database_backend();
        let mut binds = self.binds(backend);
        binds.extend(values);
        query(db, self.lookup(backend, table, select, also), binds).await
    }

    /// The number of the first parameter after the rows.
    pub fn next_mark(&self, backend: DbBackend) -> usize {
        match backend {
            DbBackend::Sqlite => 2,
            _ => self.columns.len() + 1,
        }
    }

    /// Deletes the rows whose columns are those given, and for which `also` holds.
    pub async fn delete<C: ConnectionTrait>(
        &self,
        db: &C,
        table: &str,
        also: &str,
    ) -> Result<u64, Error> {
        if self.is_empty() {
            return Ok(0);
        }
        let backend = db.get_database_backend();
        let sql = if backend == DbBackend::Sqlite {
            let found = self.lookup(backend, table, "t.rowid", also);
            format!("delete from {table} where rowid in ({found})")
        } else {
            let found = self.lookup(backend, table, "t.ctid", also);
            format!("delete from {table} where ctid = any (array ({found}))")
        };
        execute(db, sql, self.binds(backend)).await
    }

    async fn run<C: ConnectionTrait>(
        &self,
        db: &C,
        statement: impl FnOnce(String) -> String,
    ) -> Result<u64, Error> {
        if self.is_empty() {
            return Ok(0);
        }
        let backend = db.get_database_backend();
        let sql = statement(self.query(backend));
        execute(db, sql, self.binds(backend)).await
    }
}

/// Runs a statement; answers how many rows it changed.
pub async fn execute<C: ConnectionTrait>(
    db: &C,
    sql: impl Into<String>,
    values: impl IntoIterator<Item = Value>,
) -> Result<u64, Error> {
    rows::execute(db, sql, values).await
}

/// Runs a query.
pub async fn query<C: ConnectionTrait>(
    db: &C,
    sql: impl Into<String>,
    values: impl IntoIterator<Item = Value>,
) -> Result<Vec<QueryResult>, Error> {
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    Ok(db.query_all_raw(statement).await?)
}

fn word(of: Type) -> &'static str {
    match of {
        Type::Id => "uuid",
        Type::Text => "text",
        Type::Small => "smallint",
        Type::Int => "integer",
        Type::Big => "bigint",
        Type::Flag => "boolean",
        Type::Time => "timestamptz",
        Type::Bytes => "bytea",
    }
}

fn kind(of: Type) -> rows::Kind {
    match of {
        Type::Id => rows::Kind::Id,
        Type::Text => rows::Kind::Text,
        Type::Small | Type::Int | Type::Big => rows::Kind::Int,
        Type::Flag => rows::Kind::Flag,
        Type::Time => rows::Kind::Time,
        Type::Bytes => rows::Kind::Bytes,
    }
}

fn json(field: &Field) -> Json {
    match field {
        Field::Null => Json::Null,
        Field::Id(id) => rows::hex(*id).into(),
        Field::Text(text) => text.as_str().into(),
        Field::Int(number) => (*number).into(),
        Field::Flag(flag) => (*flag).into(),
        Field::Time(at) => rows::time(*at).into(),
        Field::Bytes(bytes) => rows::bytes(bytes).into(),
    }
}

/// An array as PostgreSQL reads it from a text.
fn array<'a>(fields: impl Iterator<Item = &'a Field>) -> String {
    let mut text = String::from("{");
    for (place, field) in fields.enumerate() {
        if place > 0 {
            text.push(',');
        }
        // Writing to a text cannot fail.
        let _ = match field {
            Field::Null => write!(text, "NULL"),
            Field::Id(id) => write!(text, "{}", id.simple()),
            Field::Int(number) => write!(text, "{number}"),
            Field::Flag(flag) => write!(text, "{flag}"),
            Field::Time(at) => write!(text, "\"{}\"", rows::time(*at)),
            Field::Bytes(bytes) => write!(text, "\"\\\\x{}\"", rows::bytes(bytes)),
            Field::Text(of) => {
                quote(&mut text, of);
                Ok(())
            }
        };
    }
    text.push('}');
    text
}

fn quote(text: &mut String, of: &str) {
    text.push('"');
    for letter in of.chars() {
        // PostgreSQL has no texts with the character 0.
        if letter != '\0' {
            if letter == '"' || letter == '\\' {
                text.push('\\');
            }
            text.push(letter);
        }
    }
    text.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_array_is_written_as_postgres_reads_it() {
        let fields = [
            Field::Text("a \"b\", {c} \\ NULL".to_owned()),
            Field::Text(String::new()),
            Field::Null,
            Field::Int(-7),
            Field::Bytes(vec![0, 255]),
        ];
        let expected = r#"{"a \"b\", {c} \\ NULL","",NULL,-7,"\\x00ff"}"#;
        assert_eq!(array(fields.iter()), expected);
    }
}
