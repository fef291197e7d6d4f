//! Whose journey something belongs to.

use std::collections::BTreeSet;

use database::{Error, rows};
use sea_orm::{ConnectionTrait, Statement};
use uuid::Uuid;

use super::snapshot::Snapshot;
use super::sql::Values;

/// Tables whose records bear the id of a member.
const OF_MEMBERS: [&str; 3] = ["lead_record", "deal_record", "contract_record"];

impl Snapshot {
    /// The journey of a lead, a person, a deal or a contract.
    pub async fn journey_of(&self, subject: Uuid) -> Result<Option<Uuid>, Error> {
        for table in OF_MEMBERS {
            if let Some(journey) = self
                .journeys_in(table, &[subject])
                .await?
                .into_iter()
                .next()
            {
                return Ok(Some(journey));
            }
        }
        // A person has no record: it is found by whom it is derived together with.
        let nodes = self.neighbours(subject).await?;
        let mut journeys = BTreeSet::new();
        for table in OF_MEMBERS {
            journeys.extend(self.journeys_in(table, &nodes).await?);
        }
        let mut own = None;
        for journey in &journeys {
            // Its smallest member names a journey; a referrer is derived together with others.
            if *journey == subject || self.touched(*journey, subject).await? {
                own = Some(*journey);
            }
        }
        Ok(own.or_else(|| {
            let mut journeys = journeys.into_iter();
            journeys.next().filter(|_| journeys.next().is_none())
        }))
    }

    async fn journeys_in(&self, table: &str, ids: &[Uuid]) -> Result<BTreeSet<Uuid>, Error> {
        let backend = self.tx.get_database_backend();
        let sql = format!(
            "select distinct journey_id from {table} where generation = $1 and {}",
            rows::one_of(backend, "id", "$2")
        );
        let values = [self.generation.into(), rows::ids(ids.iter().copied())];
        let statement = Statement::from_sql_and_values(backend, sql, values);
        let rows = self.tx.query_all_raw(statement).await?;
        rows.into_iter()
            .map(|row| Ok(row.try_get("", "journey_id")?))
            .collect()
    }

    async fn neighbours(&self, subject: Uuid) -> Result<Vec<Uuid>, Error> {
        let mut values = Values::default();
        let (generation, node) = (values.bind(self.generation), values.bind(subject));
        let sql = format!(
            "select c.nodes from member m join cluster c \
             on c.generation = m.generation and c.id = m.cluster_id \
             where m.generation = {generation} and m.node = {node}"
        );
        let rows = values.query(&self.tx, sql).await?;
        let nodes: Vec<u8> = match rows.first() {
            Some(row) => row.try_get("", "nodes")?,
            None => Vec::new(),
        };
        let ids = nodes.chunks_exact(16);
        Ok(ids
            .filter_map(|bytes| Uuid::from_slice(bytes).ok())
            .collect())
    }

    async fn touched(&self, journey: Uuid, person: Uuid) -> Result<bool, Error> {
        let mut values = Values::default();
        let marks = [
            values.bind(self.generation),
            values.bind(journey),
            values.bind(person),
        ];
        let [generation, journey, person] = marks;
        let sql = format!(
            "select 1 as one from touch_record where generation = {generation} \
             and journey_id = {journey} and person = {person} limit 1"
        );
        Ok(!values.query(&self.tx, sql).await?.is_empty())
    }
}
