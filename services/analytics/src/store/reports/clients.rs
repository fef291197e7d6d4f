//! Clients, each with its place among all of them.

use database::Error;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::records::{Row, columns_of, midnight, read_all};
use super::snapshot::Snapshot;
use super::sql::Values;
use crate::domain::figures::records::Client;
use crate::domain::report::Period;

/// A client, and the cells of recency, frequency and monetary value: 1 to 5.
#[derive(Debug, Clone)]
pub struct Ranked {
    pub row: Row,
    pub cells: [i32; 3],
}

/// Which clients are wanted.
#[derive(Debug, Clone, Default)]
pub struct Listing {
    /// Days of the last signing.
    pub period: Period,
    /// Numbers that a label may have.
    pub only: Vec<(&'static str, Vec<i32>)>,
    /// 0 for all.
    pub cells: [i32; 3],
    pub id: Option<Uuid>,
    pub journey: Option<Uuid>,
}

/// The last row of a page: its value and id.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Cursor(pub i64, pub Uuid);

const CELLS: [&str; 3] = ["recency", "frequency", "monetary"];

impl Snapshot {
    /// Clients after those that were read before, those of the highest value first.
    pub async fn clients(
        &self,
        listing: &Listing,
        after: Option<Cursor>,
        limit: u32,
    ) -> Result<Vec<Ranked>, Error> {
        let mut values = Values::default();
        let ranked = self.ranked(listing, &mut values);
        let mut sql = format!("select r.* from ({ranked}) as r where 1 = 1");
        if let Some(Cursor(value, id)) = after {
            let (value, id) = (values.bind(value), values.bind(id));
            sql = format!("{sql} and (r.value, r.id) < ({value}, {id})");
        }
        let sql = format!("{sql} order by r.value desc, r.id desc limit {limit}");
        let rows = values.query(&self.tx, sql).await?;
        rows.iter()
            .map(|row| {
                let mut cells = [0; 3];
                for (cell, name) in cells.iter_mut().zip(CELLS) {
                    *cell = row.try_get("", name)?;
                }
                Ok(Ranked {
                    row: read_all(Client::TABLE, row, false)?,
                    cells,
                })
            })
            .collect()
    }

    /// How many there are.
    pub async fn count_clients(&self, listing: &Listing) -> Result<i64, Error> {
        let mut values = Values::default();
        let ranked = self.ranked(listing, &mut values);
        let sql = format!("select count(*) from ({ranked}) as r");
        let rows = values.query(&self.tx, sql).await?;
        rows.first()
            .map_or(Ok(0), |row| Ok(row.try_get_by_index(0)?))
    }

    /// All clients have their rank before any is left out. Who is level has the rank of the lowest.
    fn ranked(&self, listing: &Listing, values: &mut Values) -> String {
        let rank = |by: &str| format!("rank() over (order by r.{by})");
        let cell = |rank: String, name: &str| {
            format!("cast(({rank} - 1) * 5 / count(*) over () + 1 as integer) as {name}")
        };
        let [recency, frequency, monetary] = CELLS;
        let all = format!(
            "select {}, {}, {}, {} from client_record r where r.generation = {}",
            columns_of(Client::TABLE),
            cell(rank("last_signed_at"), recency),
            cell(rank("contracts"), frequency),
            cell(rank("value"), monetary),
            values.bind(self.generation)
        );
        let mut sql = format!("select * from ({all}) as ranked where 1 = 1");
        let bounds = [(listing.period.from, ">="), (listing.period.until, "<")];
        for (day, order) in bounds {
            if let Some(day) = day {
                sql = format!(
                    "{sql} and last_signed_at {order} {}",
                    values.bind(midnight(day))
                );
            }
        }
        for (label, numbers) in &listing.only {
            let any = if numbers.is_empty() {
                "1 = 0".to_owned()
            } else {
                format!("{label} in ({})", values.bind_all(numbers))
            };
            sql = format!("{sql} and {any}");
        }
        for (cell, name) in listing.cells.iter().zip(CELLS) {
            if *cell != 0 {
                sql = format!("{sql} and {name} = {}", values.bind(*cell));
            }
        }
        for (id, column) in [(listing.id, "id"), (listing.journey, "journey_id")] {
            if let Some(id) = id {
                sql = format!("{sql} and {column} = {}", values.bind(id));
            }
        }
        sql
    }
}
