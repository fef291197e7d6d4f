//! Tables of the bus file. Times are microseconds since 1970.

use sqlx::SqliteConnection;

use crate::transport::Error;

const VERSION: i64 = 1;

const TABLES: &str = "
create table stream (
  id integer primary key,
  name text not null unique,
  subjects text not null,
  created_at integer not null,
  last_sequence integer not null,
  max_age integer not null,
  duplicate_window integer not null
) strict;

create table message (
  stream integer not null,
  sequence integer not null,
  subject text not null,
  message_id text not null,
  headers text not null,
  payload blob not null,
  stored_at integer not null
) strict;

-- Holds the subject too, so that looking for a durable's next messages reads no payloads.
create unique index message_sequence on message (stream, sequence, subject);
create index message_id on message (stream, message_id);

create table durable (
  id integer primary key,
  stream integer not null,
  name text not null,
  filters text not null,
  ack_wait integer not null,
  max_in_flight integer not null,
  last_delivered integer not null,
  unique (stream, name)
) strict;

-- What is out: being worked on until it is due, or waiting until then for another attempt.
create table delivery (
  durable integer not null,
  sequence integer not null,
  attempts integer not null,
  due_at integer not null,
  primary key (durable, sequence)
) strict, without rowid;

create index delivery_due on delivery (durable, due_at);

pragma user_version = 1;
";

/// Creates the tables in a new file; refuses a file of another version.
pub(super) async fn create(connection: &mut SqliteConnection) -> Result<(), Error> {
    let mut tx = super::begin(connection).await?;
    let version: i64 = sqlx::query_scalar("pragma user_version")
        .fetch_one(&mut *tx)
        .await?;
    match version {
        0 => {
            sqlx::raw_sql(TABLES).execute(&mut *tx).await?;
            tx.commit().await?;
            Ok(())
        }
        VERSION => Ok(()),
        other => Err(Error::Refused(format!(
            "bus file has version {other}, this program knows {VERSION}"
        ))),
    }
}
