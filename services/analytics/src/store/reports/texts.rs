//! Labels: the numbers that rows bear, and the texts these stand for.

use std::collections::{BTreeMap, BTreeSet};

use database::Error;

use super::snapshot::Snapshot;
use super::sql::Values;

/// How many are asked for with one statement.
const AT_ONCE: usize = 1_000;

impl Snapshot {
    /// Texts of labels. 0 is none, and its text empty.
    pub async fn texts(
        &self,
        numbers: impl IntoIterator<Item = i32>,
    ) -> Result<BTreeMap<i32, String>, Error> {
        let numbers: BTreeSet<i32> = numbers.into_iter().filter(|number| *number != 0).collect();
        let numbers: Vec<i32> = numbers.into_iter().collect();
        let mut texts = BTreeMap::from([(0, String::new())]);
        for some in numbers.chunks(AT_ONCE) {
            let mut values = Values::default();
            let marks = values.bind_all(some);
            let sql = format!("select number, name from label where number in ({marks})");
            for row in values.query(&self.tx, sql).await? {
                texts.insert(row.try_get("", "number")?, row.try_get("", "name")?);
            }
        }
        Ok(texts)
    }

    /// Numbers of texts. One that no row bears has none; the empty one has 0.
    pub async fn numbers(&self, texts: &[String]) -> Result<Vec<i32>, Error> {
        let mut numbers = Vec::with_capacity(texts.len());
        if texts.iter().any(String::is_empty) {
            numbers.push(0);
        }
        for some in texts.chunks(AT_ONCE) {
            let mut values = Values::default();
            let marks: Vec<String> = some.iter().map(|text| values.bind(text.as_str())).collect();
            let sql = format!(
                "select number from label where name in ({})",
                marks.join(", ")
            );
            for row in values.query(&self.tx, sql).await? {
                numbers.push(row.try_get("", "number")?);
            }
        }
        numbers.sort_unstable();
        numbers.dedup();
        Ok(numbers)
    }
}
