//! Rates as the facts say, and fitted weights.

use std::collections::HashMap;

use database::Error;
use sea_orm::{ConnectionTrait, QueryResult};
use uuid::Uuid;

use super::bulk::{self, Batch, Field, Type};
use super::log::{self, Logged};
use crate::domain::figures::Day;

/// What a currency is worth from a day on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rate {
    pub currency: String,
    pub day: Day,
    /// Billionths of a unit of the base currency; 0 for none.
    pub billionths: i64,
}

/// Keeps others from recording rates or weights until the end of the transaction.
pub async fn lock<C: ConnectionTrait>(db: &C) -> Result<(), Error> {
    bulk::execute(db, "update log_head set position = position", []).await?;
    Ok(())
}

/// Those of the days and currencies of `wanted` that are known.
pub async fn known<C: ConnectionTrait>(
    db: &C,
    base: &str,
    wanted: &[Rate],
) -> Result<HashMap<(String, Day), i64>, Error> {
    let rows = wanted
        .iter()
        .map(|rate| vec![rate.currency.clone().into(), rate.day.into()]);
    let batch = Batch::new(
        &[("currency", Type::Text), ("day", Type::Int)],
        rows.collect(),
    );
    let mark = batch.next_mark(db.get_database_backend());
    let also = format!(" and t.base = ${mark}");
    let select = "t.currency, t.day, t.billionths";
    let rows = batch
        .look_up(db, "rate", select, &also, [base.into()])
        .await?;
    let read = rows.iter().map(|row| {
        let rate = rate(row)?;
        Ok(((rate.currency, rate.day), rate.billionths))
    });
    read.collect()
}

/// Writes rates, over those of their days.
pub async fn save<C: ConnectionTrait>(db: &C, base: &str, rates: &[Rate]) -> Result<(), Error> {
    let rows = rates.iter().map(|rate| {
        vec![
            Field::Text(base.to_owned()),
            rate.currency.clone().into(),
            rate.day.into(),
            rate.billionths.into(),
        ]
    });
    let columns = [
        ("base", Type::Text),
        ("currency", Type::Text),
        ("day", Type::Int),
        ("billionths", Type::Big),
    ];
    let over = "on conflict (base, currency, day) do update set billionths = excluded.billionths";
    Batch::new(&columns, rows.collect())
        .insert_or(db, "rate", over)
        .await?;
    Ok(())
}

/// A page of the rates that are in force, by currency and day, the latest day first.
pub async fn page<C: ConnectionTrait>(
    db: &C,
    base: &str,
    currency: Option<&str>,
    after: Option<(String, Day)>,
    limit: u64,
) -> Result<Vec<Rate>, Error> {
    let mut sql = "select currency, day, billionths from rate where base = $1 \
                   and billionths <> 0 "
        .to_owned();
    let mut values: Vec<sea_orm::Value> = vec![base.into(), limit.into()];
    if let Some(currency) = currency {
        sql.push_str("and currency = $3 ");
        values.push(currency.into());
    }
    if let Some((currency, day)) = after {
        let mark = values.len() + 1;
        let next = mark + 1;
        let beyond = format!("and (currency > ${mark} or (currency = ${mark} and day < ${next})) ");
        sql.push_str(&beyond);
        values.push(currency.into());
        values.push(day.into());
    }
    sql.push_str("order by currency, day desc limit $2");
    let rows = bulk::query(db, sql, values).await?;
    rows.iter().map(rate).collect()
}

/// Facts of fitted weights, the latest first, before a position.
pub async fn fitted<C: ConnectionTrait>(
    db: &C,
    kind: i16,
    before: i64,
    limit: u64,
) -> Result<Vec<Logged>, Error> {
    let sql = "select position from fact where subject = $1 and kind = $2 and position < $3 \
               order by position desc limit $4";
    let values = [Uuid::nil().into(), kind.into(), before.into(), limit.into()];
    let rows = bulk::query(db, sql, values).await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in &rows {
        let position: i64 = row.try_get_by_index(0)?;
        found.extend(log::after(db, position - 1, position, 1).await?);
    }
    Ok(found)
}

fn rate(row: &QueryResult) -> Result<Rate, Error> {
    Ok(Rate {
        currency: row.try_get_by_index(0)?,
        day: row.try_get_by_index(1)?,
        billionths: row.try_get_by_index(2)?,
    })
}
