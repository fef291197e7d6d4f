//! Reads what a report is made of: groups of sums, keyed by texts instead of numbers.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use proto::analytics::v1::{AsOf, Key, Named};
use proto::types::v1::Money;

use super::Reports;
use super::ask::{Ask, By};
use crate::domain::figures::CellTable;
use crate::domain::report::date;
use crate::error::Error;
use crate::store::reports::names::Names;
use crate::store::reports::snapshot::Snapshot;
use crate::store::reports::sums::{Question, Top};

/// Labels whose keys have a name of their own.
pub(crate) const NAMED: [&str; 6] = ["topic", "campaign", "activity", "partner", "agent", "stage"];

/// One state of the figures, and the part of them that is asked for.
pub(crate) struct Reader {
    pub(crate) snapshot: Snapshot,
    pub(crate) names: Names,
    base: String,
}

/// What a row is about: a text for each of the things that the report is grouped by.
pub(crate) type Group = Vec<String>;

/// Sums by group.
#[derive(Debug, Clone)]
pub(crate) struct Grouped {
    table: &'static CellTable,
    pub(crate) rows: BTreeMap<Group, Vec<i64>>,
}

impl Grouped {
    pub(crate) fn of(&self, group: &Group) -> Vec<i64> {
        let found = self.rows.get(group).cloned();
        found.unwrap_or_else(|| vec![0; self.table.sums.len()])
    }

    pub(crate) fn total(&self) -> Vec<i64> {
        let mut total = vec![0; self.table.sums.len()];
        for sums in self.rows.values() {
            add(&mut total, sums);
        }
        total
    }

    /// The same by the first so many of the texts alone.
    pub(crate) fn folded(&self, texts: usize) -> Self {
        let mut rows: BTreeMap<Group, Vec<i64>> = BTreeMap::new();
        for (group, sums) in &self.rows {
            let group: Group = group.iter().take(texts).cloned().collect();
            let row = rows.entry(group).or_insert_with(|| vec![0; sums.len()]);
            add(row, sums);
        }
        Self {
            table: self.table,
            rows,
        }
    }
}

fn add(total: &mut [i64], sums: &[i64]) {
    for (total, sum) in total.iter_mut().zip(sums) {
        *total = total.saturating_add(*sum);
    }
}

/// Whether a table is kept by all that a report is narrowed and grouped by.
pub(crate) fn is_kept_by(table: &CellTable, ask: &Ask) -> bool {
    let by = ask.by.iter().filter_map(|by| match by {
        By::Label(label) => Some(*label),
        By::Bucket(_) => None,
    });
    by.chain(ask.only.iter().map(|(label, _)| *label))
        .all(|label| table.labels.contains(&label))
}

impl Reader {
    pub(crate) async fn open(reports: &Reports) -> Result<Self, Error> {
        let snapshot = Snapshot::open(&reports.database).await?;
        Ok(Self {
            names: snapshot.directory().await?,
            snapshot,
            base: reports.base_currency.clone(),
        })
    }

    /// Sums of a table, grouped as asked.
    pub(crate) async fn sums(
        &self,
        table: &'static CellTable,
        ask: &Ask,
    ) -> Result<Grouped, Error> {
        self.some_sums(table, &[], ask).await
    }

    /// Some sums of a table, all for none; the others are 0.
    pub(crate) async fn some_sums(
        &self,
        table: &'static CellTable,
        sums: &[&'static str],
        ask: &Ask,
    ) -> Result<Grouped, Error> {
        let question = self.question(table, sums, ask).await?;
        let sums = self.snapshot.sums(&question).await?;
        let sums = sums.ok_or(Error::TooManyRows)?;
        let numbers = sums.keys().flat_map(|(_, labels)| labels.iter().copied());
        let texts = self.snapshot.texts(numbers).await?;
        let mut rows: BTreeMap<Group, Vec<i64>> = BTreeMap::new();
        for ((start, numbers), sums) in sums {
            let mut numbers = numbers.into_iter();
            let group = ask.by.iter().map(|by| match by {
                By::Bucket(_) => date(start).to_string(),
                By::Label(label) => {
                    let number = numbers.next().unwrap_or(0);
                    let text = texts.get(&number).cloned().unwrap_or_default();
                    self.names.canonical(label, text)
                }
            });
            // Cells of one topic may bear its id, its code or its name.
            let row = rows
                .entry(group.collect())
                .or_insert_with(|| vec![0; sums.len()]);
            add(row, &sums);
        }
        Ok(Grouped { table, rows })
    }

    async fn question(
        &self,
        table: &'static CellTable,
        sums: &[&'static str],
        ask: &Ask,
    ) -> Result<Question, Error> {
        Ok(Question {
            table,
            sums: sums.to_vec(),
            period: ask.period,
            only: self.numbers(&ask.only).await?,
            by: ask.by.iter().filter_map(|by| by.label()).collect(),
            bucket: ask.by.iter().find_map(|by| match by {
                By::Bucket(bucket) => Some(*bucket),
                By::Label(_) => None,
            }),
            top: None,
        })
    }

    /// The groups of the page and one more, those with most of a sum first, each with the text of its only label.
    /// For labels with a great many values: all of them together are never read.
    pub(crate) async fn top(
        &self,
        table: &'static CellTable,
        of: &'static str,
        ask: &Ask,
    ) -> Result<Vec<(String, Vec<i64>)>, Error> {
        let mut question = self.question(table, &[], ask).await?;
        question.top = Some(Top {
            of,
            skip: ask.page.skip,
            limit: ask.page.rows().saturating_add(1),
        });
        let sums = self.snapshot.sums(&question).await?;
        let sums = sums.ok_or(Error::TooManyRows)?;
        let number_of = |labels: &[i32]| labels.first().copied().unwrap_or(0);
        let numbers = sums.keys().map(|(_, labels)| number_of(labels));
        let texts = self.snapshot.texts(numbers).await?;
        let place = table.sums.iter().position(|sum| *sum == of).unwrap_or(0);
        let mut rows: Vec<(i32, Vec<i64>)> = sums
            .into_iter()
            .map(|((_, labels), sums)| (number_of(&labels), sums))
            .collect();
        rows.sort_by_key(|(number, sums)| (Reverse(sums.get(place).copied()), *number));
        let text = |number| texts.get(&number).cloned().unwrap_or_default();
        let rows = rows.into_iter().map(|(number, sums)| (text(number), sums));
        Ok(rows.collect())
    }

    /// Sums of a table, if it is kept by all that is asked for.
    pub(crate) async fn sums_if_kept(
        &self,
        table: &'static CellTable,
        ask: &Ask,
    ) -> Result<Option<Grouped>, Error> {
        if is_kept_by(table, ask) {
            return Ok(Some(self.sums(table, ask).await?));
        }
        Ok(None)
    }

    /// Numbers of labels for the texts of a filter.
    pub(crate) async fn numbers(
        &self,
        only: &[(&'static str, Vec<String>)],
    ) -> Result<Vec<(&'static str, Vec<i32>)>, Error> {
        let mut numbers = Vec::with_capacity(only.len());
        for (label, texts) in only {
            let texts: Vec<String> = texts
                .iter()
                .flat_map(|text| self.names.synonyms(label, text))
                .collect();
            numbers.push((*label, self.snapshot.numbers(&texts).await?));
        }
        Ok(numbers)
    }

    /// A page of rows in their order, each with its keys; and the token of the next page.
    pub(crate) async fn page(
        &mut self,
        ask: &Ask,
        groups: impl IntoIterator<Item = Group>,
    ) -> Result<(Vec<(Group, Vec<Key>)>, String), Error> {
        let groups: BTreeSet<Group> = groups.into_iter().collect();
        let texts = groups.iter().flatten().map(String::as_str);
        self.snapshot.learn(&mut self.names, texts).await?;
        let mut ordered: Vec<(Vec<(i64, String)>, Group)> = groups
            .into_iter()
            .map(|group| (self.order(&ask.by, &group), group))
            .collect();
        ordered.sort();
        let (rows, next) = ask.page.cut(ordered).ok_or(Error::TooManyRows)?;
        let rows = rows
            .into_iter()
            .map(|(_, group)| (group.clone(), self.keys(&ask.by, &group)));
        Ok((rows.collect(), next))
    }

    fn order(&self, by: &[By], group: &Group) -> Vec<(i64, String)> {
        let topic = topic_of(by, group);
        by.iter()
            .zip(group)
            .map(|(by, text)| match by {
                By::Bucket(_) => (0, text.clone()),
                By::Label("stage") => {
                    let place = self.names.stage(topic, text).map(|stage| stage.place);
                    (place.unwrap_or(i64::MAX), text.clone())
                }
                By::Label(label) => (0, self.names.of(label, text, topic).to_lowercase()),
            })
            .collect()
    }

    fn keys(&self, by: &[By], group: &Group) -> Vec<Key> {
        let topic = topic_of(by, group);
        by.iter()
            .zip(group)
            .map(|(by, text)| Key {
                label: by.name(),
                value: text.clone(),
                name: match by {
                    By::Bucket(_) => text.clone(),
                    By::Label(label) => self.names.of(label, text, topic),
                },
            })
            .collect()
    }

    pub(crate) fn as_of(&self) -> AsOf {
        let as_of = self.snapshot.as_of;
        AsOf {
            position: as_of.position,
            at: as_of.at.map(proto::convert::timestamp),
            restating: as_of.restating,
            base_currency: self.base.clone(),
        }
    }

    /// An amount of the base currency.
    #[expect(clippy::unnecessary_wraps, reason = "messages hold options")]
    pub(crate) fn money(&self, minor: i64) -> Option<Money> {
        Some(Money {
            minor,
            currency: self.base.clone(),
        })
    }

    /// Something that may have a name, if its names are learnt.
    #[expect(clippy::unnecessary_wraps, reason = "messages hold options")]
    pub(crate) fn named(&self, label: &str, text: &str) -> Option<Named> {
        let id = self.names.canonical(label, text.to_owned());
        let name = self.names.of(label, &id, "");
        let name = if name == id && label != "topic" {
            String::new()
        } else {
            name
        };
        Some(Named { id, name })
    }
}

/// The topic that a row is of, empty when it is not grouped by topics.
pub(crate) fn topic_of<'a>(by: &[By], group: &'a Group) -> &'a str {
    let place = by.iter().position(|by| *by == By::Label("topic"));
    let topic = place.and_then(|place| group.get(place));
    topic.map_or("", String::as_str)
}
