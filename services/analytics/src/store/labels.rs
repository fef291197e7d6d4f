//! Numbers of the texts that figures are grouped by.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError};

use database::{Database, Error};
use sea_orm::ConnectionTrait;

use super::bulk::{self, Batch, Field, Type};
use super::corrupt;

/// Bytes of a label that are kept.
const LONGEST: usize = 400;

/// Labels that are remembered; beyond that it begins anew.
const REMEMBERED: usize = 50_000;

/// The labels of a database. Numbers are never changed, so what was read once stays true.
#[derive(Debug, Default)]
pub struct Labels(Mutex<HashMap<String, i32>>);

impl Labels {
    /// The numbers of texts; new ones are given numbers, in a transaction of its own.
    pub async fn numbers(
        &self,
        db: &Database,
        texts: BTreeSet<&str>,
    ) -> Result<HashMap<String, i32>, Error> {
        let mut found = HashMap::with_capacity(texts.len());
        let mut missing = Vec::new();
        {
            // A holder cannot panic between its changes.
            let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            for text in texts.into_iter().filter(|text| !text.is_empty()) {
                match known.get(text) {
                    Some(number) => {
                        found.insert(text.to_owned(), *number);
                    }
                    None => missing.push(text),
                }
            }
        }
        for some in missing.chunks(5_000) {
            let cuts: BTreeSet<&str> = some.iter().map(|text| cut(text)).collect();
            let numbers = numbered(db, cuts).await?;
            for text in some {
                let number = numbers
                    .get(cut(text))
                    .ok_or_else(|| corrupt("label", "a label got no number"))?;
                found.insert((*text).to_owned(), *number);
            }
        }
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() + missing.len() > REMEMBERED {
            known.clear();
        }
        for text in missing {
            if let Some(number) = found.get(text) {
                known.insert(text.to_owned(), *number);
            }
        }
        Ok(found)
    }
}

/// The text as it is kept.
pub fn cut(text: &str) -> &str {
    let end = text.floor_char_boundary(LONGEST);
    text.get(..end).unwrap_or(text)
}

async fn numbered(db: &Database, texts: BTreeSet<&str>) -> Result<HashMap<String, i32>, Error> {
    let found = select(db.reader(), &texts).await?;
    if found.len() == texts.len() {
        return Ok(found);
    }
    let tx = db.begin().await?;
    // Whoever gives numbers waits here for the others, and then sees theirs.
    bulk::execute(&tx, "update log_head set label = label", []).await?;
    let known = select(&tx, &texts).await?;
    let fresh: Vec<&str> = texts
        .iter()
        .filter(|text| !known.contains_key(**text))
        .copied()
        .collect();
    let count = i32::try_from(fresh.len()).unwrap_or(i32::MAX);
    let sql = "update log_head set label = label + $1 returning label";
    let rows = bulk::query(&tx, sql, [count.into()]).await?;
    let last: i32 = rows
        .first()
        .ok_or_else(|| corrupt("log_head", "the row is missing"))?
        .try_get_by_index(0)?;
    let rows = (last - count + 1..).zip(fresh);
    let rows: Vec<Vec<Field>> = rows
        .map(|(number, text)| vec![number.into(), text.to_owned().into()])
        .collect();
    Batch::new(&[("number", Type::Int), ("name", Type::Text)], rows)
        .insert(&tx, "label")
        .await?;
    let found = select(&tx, &texts).await?;
    tx.commit().await?;
    Ok(found)
}

async fn select<C: ConnectionTrait>(
    db: &C,
    texts: &BTreeSet<&str>,
) -> Result<HashMap<String, i32>, Error> {
    let rows = texts
        .iter()
        .map(|text| vec![Field::Text((*text).to_owned())]);
    let batch = Batch::new(&[("name", Type::Text)], rows.collect());
    let rows = batch
        .look_up(db, "label", "t.name, t.number", "", [])
        .await?;
    rows.iter()
        .map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?)))
        .collect()
}
