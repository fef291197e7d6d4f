//! Where a word stands in a database.

use std::collections::BTreeSet;

use database::{Backend, Database};
use sea_orm::{ConnectionTrait, Statement};

/// What was announced says what was known then.
const ANNOUNCED: &str = "outbox";

/// The tables and columns in which this word stands, in whatever case, each with what stands before it; what is
/// bytes is read as letters. The outbox is left out.
pub async fn places_of(database: &Database, word: &str) -> BTreeSet<String> {
    let word = word.to_lowercase();
    let mut places = BTreeSet::new();
    for table in texts(database, tables(database)).await {
        if table == ANNOUNCED {
            continue;
        }
        let columns = texts(database, columns(database, &table)).await;
        for column in columns {
            let text = match database.backend() {
                Backend::Sqlite => format!("'\\x' || hex({column})"),
                Backend::Postgres => format!("{column}::text"),
            };
            let sql = format!("select {text} from {table} where {column} is not null");
            for text in texts(database, sql).await {
                if let Some(before) = before(&text, &word) {
                    places.insert(format!("{table}.{column}: {before}"));
                }
            }
        }
    }
    places
}

/// What stands before the word, if it is there.
fn before(text: &str, word: &str) -> Option<String> {
    let text = match text.strip_prefix("\\x") {
        Some(digits) => letters(digits),
        None => text.to_owned(),
    };
    let text = text.to_lowercase();
    let (before, _) = text.split_once(word)?;
    let last: Vec<char> = before.chars().rev().take(40).collect();
    Some(last.into_iter().rev().collect())
}

/// What is printed as its bytes.
fn letters(digits: &str) -> String {
    let pairs = digits.as_bytes().chunks(2);
    let bytes = pairs.filter_map(|pair| {
        let pair = std::str::from_utf8(pair).ok()?;
        u8::from_str_radix(pair, 16).ok()
    });
    String::from_utf8_lossy(&bytes.collect::<Vec<_>>()).into_owned()
}

fn tables(database: &Database) -> String {
    match database.backend() {
        Backend::Sqlite => {
            "select name as text from sqlite_master \
                            where type = 'table' and name not like 'sqlite_%'"
        }
        Backend::Postgres => {
            "select table_name::text as text from information_schema.tables \
             where table_schema = current_schema() and table_type = 'BASE TABLE'"
        }
    }
    .to_owned()
}

fn columns(database: &Database, table: &str) -> String {
    match database.backend() {
        Backend::Sqlite => format!("select name as text from pragma_table_info('{table}')"),
        Backend::Postgres => format!(
            "select column_name::text as text from information_schema.columns \
             where table_schema = current_schema() and table_name = '{table}'"
        ),
    }
}

/// The first column of a query.
async fn texts(database: &Database, sql: String) -> Vec<String> {
    let reader = database.reader();
    let statement = Statement::from_string(reader.get_database_backend(), sql);
    let rows = reader.query_all_raw(statement).await.unwrap();
    let texts = rows.iter().map(|row| row.try_get_by_index::<String>(0));
    texts.map(Result::unwrap).collect()
}
