//! The counters of contract numbers.

use chrono::Datelike;
use clock::Timestamp;
use database::Error;
use messaging::Tx;
use sea_orm::{ConnectionTrait, DbErr, Statement};

use crate::domain::number::Number;

/// Takes the next number of the year.
///
/// Whoever takes one keeps others waiting until the end of the transaction: no number is given
/// twice, and none is left out.
pub async fn take(tx: &Tx, at: Timestamp) -> Result<Number, Error> {
    let year = at.year();
    let statement = Statement::from_sql_and_values(
        tx.get_database_backend(),
        "insert into contract_counter (year, last) values ($1, 1) \
         on conflict (year) do update set last = contract_counter.last + 1 returning last",
        [year.into()],
    );
    let row = tx.query_one_raw(statement).await?;
    let row = row.ok_or_else(|| DbErr::RecordNotFound("contract_counter".to_owned()))?;
    Ok(Number {
        year,
        counter: row.try_get("", "last")?,
    })
}
