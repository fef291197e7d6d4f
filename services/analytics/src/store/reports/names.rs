//! What staff, partners, campaigns, activities, topics and stages are called.

use std::collections::{BTreeMap, BTreeSet};

use database::{Error, rows};
use sea_orm::{ConnectionTrait, Statement};
use uuid::Uuid;

use super::snapshot::Snapshot;

/// How many are asked for with one statement.
const AT_ONCE: usize = 1_000;

/// Names, by the texts of labels.
#[derive(Debug, Default)]
pub struct Names {
    /// By id: `staff_…`, `part_…`, `actv_…`, `camp_…`.
    by_id: BTreeMap<String, String>,
    topics: Vec<Topic>,
    stages: BTreeMap<(Uuid, String), Stage>,
}

/// A topic; its cells bear any of these.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic {
    pub id: Uuid,
    pub code: String,
    pub name: String,
}

/// A stage of a topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    pub name: String,
    pub place: i64,
    pub probability_percent: i64,
    pub limit_days: i64,
}

impl Topic {
    /// As it stands in keys.
    pub fn text(&self) -> String {
        ids::TopicId::from_uuid(self.id).to_string()
    }

    fn is(&self, text: &str) -> bool {
        self.code == text || self.name == text || self.text() == text
    }
}

impl Names {
    /// The topic that a text stands for.
    pub fn topic(&self, text: &str) -> Option<&Topic> {
        self.topics.iter().find(|topic| topic.is(text))
    }

    /// The text that stands for all that mean the same: the id of a topic.
    pub fn canonical(&self, label: &str, text: String) -> String {
        if label != "topic" || text.is_empty() {
            return text;
        }
        self.topic(&text).map_or(text, Topic::text)
    }

    /// All texts that mean the same as one.
    pub fn synonyms(&self, label: &str, text: &str) -> Vec<String> {
        match self.topic(text).filter(|_| label == "topic") {
            Some(topic) => [topic.text(), topic.code.clone(), topic.name.clone()]
                .into_iter()
                .filter(|text| !text.is_empty())
                .collect(),
            None => vec![text.to_owned()],
        }
    }

    /// What a label is called, the text itself where it has no name. `topic` is that of a stage.
    pub fn of(&self, label: &str, text: &str, topic: &str) -> String {
        let name = match label {
            "topic" => self.topic(text).map(|topic| topic.name.clone()),
            "stage" => self.stage(topic, text).map(|stage| stage.name.clone()),
            _ => self.by_id.get(text).cloned(),
        };
        name.unwrap_or_else(|| text.to_owned())
    }

    /// A stage of a topic, or the only one that has that code.
    pub fn stage(&self, topic: &str, code: &str) -> Option<&Stage> {
        if let Some(topic) = self.topic(topic) {
            return self.stages.get(&(topic.id, code.to_owned()));
        }
        let mut named = self.stages.iter().filter(|((_, it), _)| it == code);
        let (_, stage) = named.next()?;
        named.next().is_none().then_some(stage)
    }
}

impl Snapshot {
    /// All topics with their stages.
    pub async fn directory(&self) -> Result<Names, Error> {
        Ok(Names {
            by_id: BTreeMap::new(),
            topics: self.topics().await?,
            stages: self.stages().await?,
        })
    }

    /// Adds the names of those texts that are ids.
    pub async fn learn<'a>(
        &self,
        names: &mut Names,
        texts: impl Iterator<Item = &'a str>,
    ) -> Result<(), Error> {
        let mut ids: BTreeMap<Uuid, BTreeSet<&str>> = BTreeMap::new();
        for text in texts {
            if let Some(id) = uuid_of(text) {
                ids.entry(id).or_default().insert(text);
            }
        }
        let wanted: Vec<Uuid> = ids.keys().copied().collect();
        for some in wanted.chunks(AT_ONCE) {
            for table in ["name_record", "campaign_record"] {
                for (id, name) in self.called(table, some).await? {
                    for text in ids.get(&id).into_iter().flatten() {
                        names.by_id.insert((*text).to_owned(), name.clone());
                    }
                }
            }
        }
        Ok(())
    }

    async fn called(&self, table: &str, ids: &[Uuid]) -> Result<Vec<(Uuid, String)>, Error> {
        let backend = self.tx.get_database_backend();
        let sql = format!(
            "select id, name from {table} where generation = $1 and {}",
            rows::one_of(backend, "id", "$2")
        );
        let values = [self.generation.into(), rows::ids(ids.iter().copied())];
        let statement = Statement::from_sql_and_values(backend, sql, values);
        let rows = self.tx.query_all_raw(statement).await?;
        rows.into_iter()
            .map(|row| Ok((row.try_get("", "id")?, row.try_get("", "name")?)))
            .collect()
    }

    async fn topics(&self) -> Result<Vec<Topic>, Error> {
        let sql = "select n.id, n.code, n.name from label l \
            join name_record n on n.generation = $1 and n.kind = l.number \
            where l.name = 'topic' order by n.id";
        let backend = self.tx.get_database_backend();
        let statement = Statement::from_sql_and_values(backend, sql, [self.generation.into()]);
        let rows = self.tx.query_all_raw(statement).await?;
        rows.into_iter()
            .map(|row| {
                Ok(Topic {
                    id: row.try_get("", "id")?,
                    code: row.try_get("", "code")?,
                    name: row.try_get("", "name")?,
                })
            })
            .collect()
    }

    async fn stages(&self) -> Result<BTreeMap<(Uuid, String), Stage>, Error> {
        let sql = "select s.topic, l.name as code, s.name, s.place, s.probability_percent, \
            s.limit_days from stage_record s join label l on l.number = s.code \
            where s.generation = $1";
        let backend = self.tx.get_database_backend();
        let statement = Statement::from_sql_and_values(backend, sql, [self.generation.into()]);
        let mut stages = BTreeMap::new();
        for row in self.tx.query_all_raw(statement).await? {
            let topic: Option<Uuid> = row.try_get("", "topic")?;
            let key = (topic.unwrap_or_default(), row.try_get("", "code")?);
            let stage = Stage {
                name: row.try_get("", "name")?,
                place: row.try_get("", "place")?,
                probability_percent: row.try_get("", "probability_percent")?,
                limit_days: row.try_get("", "limit_days")?,
            };
            stages.insert(key, stage);
        }
        Ok(stages)
    }
}

/// The UUID of a printed id.
fn uuid_of(text: &str) -> Option<Uuid> {
    let (_, digits) = text.split_once('_')?;
    (digits.len() == 32)
        .then(|| Uuid::try_parse(digits).ok())
        .flatten()
}
