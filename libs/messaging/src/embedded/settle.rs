//! What workers say about their deliveries.

use std::{
    collections::{BTreeSet, HashMap},
    time::Duration,
};

use sqlx::{Sqlite, SqliteConnection, Transaction};

use crate::{embedded::publish::micros, transport::Delivery};

/// Forgets deliveries of one durable; their sequences are a JSON list.
pub(super) async fn delete(
    tx: &mut Transaction<'_, Sqlite>,
    durable: i64,
    sequences: String,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "delete from delivery where durable = $1 \
         and sequence in (select value from json_each($2))",
    )
    .bind(durable)
    .bind(sequences)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

pub(super) async fn ack(
    connection: &mut SqliteConnection,
    deliveries: &[&Delivery],
) -> Result<(), sqlx::Error> {
    let mut tx = super::begin(connection).await?;
    for (durable, sequences) in by_durable(deliveries) {
        delete(&mut tx, durable, sequences).await?;
    }
    tx.commit().await
}

/// Answers the streams whose fetches should look again.
pub(super) async fn nak(
    connection: &mut SqliteConnection,
    deliveries: &[(&Delivery, Duration)],
    now: i64,
) -> Result<BTreeSet<String>, sqlx::Error> {
    let mut streams = BTreeSet::new();
    let mut tx = super::begin(connection).await?;
    for (delivery, delay) in deliveries {
        let stream: Option<String> = sqlx::query_scalar(
            "update delivery set due_at = $3 where durable = $1 and sequence = $2 \
             returning (select stream.name from durable join stream \
               on stream.id = durable.stream where durable.id = delivery.durable)",
        )
        .bind(durable_id(delivery))
        .bind(sequence(delivery))
        .bind(now + micros(*delay))
        .fetch_optional(&mut *tx)
        .await?;
        streams.extend(stream);
    }
    tx.commit().await?;
    Ok(streams)
}

pub(super) async fn progress(
    connection: &mut SqliteConnection,
    deliveries: &[&Delivery],
    now: i64,
) -> Result<(), sqlx::Error> {
    let mut tx = super::begin(connection).await?;
    for (durable, sequences) in by_durable(deliveries) {
        sqlx::query(
            "update delivery set due_at = $3 + \
             (select ack_wait from durable where id = delivery.durable) \
             where durable = $1 and sequence in (select value from json_each($2))",
        )
        .bind(durable)
        .bind(sequences)
        .bind(now)
        .execute(&mut *tx)
        .await?;
    }
    tx.commit().await
}

/// Sequences of each durable, as a JSON list.
fn by_durable(deliveries: &[&Delivery]) -> impl Iterator<Item = (i64, String)> {
    let mut durables: HashMap<i64, Vec<i64>> = HashMap::new();
    for delivery in deliveries {
        let sequences = durables.entry(durable_id(delivery)).or_default();
        sequences.push(sequence(delivery));
    }
    durables
        .into_iter()
        .map(|(durable, sequences)| (durable, serde_json::json!(sequences).to_string()))
}

fn durable_id(delivery: &Delivery) -> i64 {
    // Tokens are made here; another's would name no durable.
    delivery.token.parse().unwrap_or_default()
}

fn sequence(delivery: &Delivery) -> i64 {
    i64::try_from(delivery.sequence).unwrap_or(i64::MAX)
}
