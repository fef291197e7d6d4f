//! Records with their texts, as the types that they were written from.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::reader::Reader;
use crate::domain::figures::Value;
use crate::error::Error;
use crate::store::reports::records::{Cell, Row};

impl Reader {
    /// Makes records of rows, and learns the names of what they mention.
    pub(crate) async fn records<T>(
        &mut self,
        rows: Vec<Row>,
        make: impl Fn(Uuid, Vec<Value>) -> T,
    ) -> Result<Vec<T>, Error> {
        let numbers = rows
            .iter()
            .flat_map(|row| &row.cells)
            .filter_map(|cell| match cell {
                Cell::Label(number) => Some(*number),
                Cell::Other(_) => None,
            });
        let texts = self.snapshot.texts(numbers).await?;
        let known = texts.values().map(String::as_str);
        self.snapshot.learn(&mut self.names, known).await?;
        let records = rows
            .into_iter()
            .map(|row| make(row.id, values(row.cells, &texts)));
        Ok(records.collect())
    }
}

fn values(cells: Vec<Cell>, texts: &BTreeMap<i32, String>) -> Vec<Value> {
    let values = cells.into_iter().map(|cell| match cell {
        Cell::Label(number) => Value::Label(texts.get(&number).cloned().unwrap_or_default()),
        Cell::Other(value) => value,
    });
    values.collect()
}
