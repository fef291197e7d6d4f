use database::{Database, Error, Migration};
use futures::future::try_join_all;
use sea_orm::{ConnectionTrait, Statement};
use testkit::databases;

use crate::{is_postgres, value, write};

const COUNTER: Migration = Migration {
    version: 1,
    name: "create_counter",
    sql: "create table counter (id bigint primary key, total bigint not null, revision bigint not null);
        insert into counter values (1, 0, 1);",
};

const TOTAL: &str = "select total from counter";

#[tokio::test]
async fn readers_see_what_is_committed_and_nothing_else() {
    for (label, db, _guard) in databases("things", &[COUNTER]).await {
        let tx = db.begin().await.unwrap();
        tx.execute_unprepared("update counter set total = 5")
            .await
            .unwrap();
        assert_eq!(value::<i64>(&tx, TOTAL).await, 5, "{label}");
        assert_eq!(value::<i64>(db.reader(), TOTAL).await, 0, "{label}");
        tx.commit().await.unwrap();
        assert_eq!(value::<i64>(db.reader(), TOTAL).await, 5, "{label}");
    }
}

#[tokio::test]
async fn a_dropped_transaction_never_was() {
    for (label, db, _guard) in databases("things", &[COUNTER]).await {
        let tx = db.begin().await.unwrap();
        tx.execute_unprepared("update counter set total = 5")
            .await
            .unwrap();
        drop(tx);
        write(&db, "update counter set revision = 2", [])
            .await
            .unwrap();
        assert_eq!(value::<i64>(db.reader(), TOTAL).await, 0, "{label}");
    }
}

#[tokio::test]
async fn the_reader_of_sqlite_does_not_write() {
    for (_, db, _guard) in databases("things", &[COUNTER]).await {
        let written = db
            .reader()
            .execute_unprepared("update counter set total = 5")
            .await;
        assert_eq!(written.is_ok(), is_postgres(&db), "{written:?}");
    }
}

/// Adds one by a conditional update, as aggregates are saved.
async fn add_one(db: &Database) -> Result<(), Error> {
    let tx = db.begin().await?;
    let row = tx
        .query_one_raw(Statement::from_string(
            tx.get_database_backend(),
            "select total, revision from counter",
        ))
        .await?
        .unwrap();
    let (total, revision): (i64, i64) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
    let update =
        "update counter set total = $1, revision = revision + 1 where id = 1 and revision = $2";
    let update = Statement::from_sql_and_values(
        tx.get_database_backend(),
        update,
        [(total + 1).into(), revision.into()],
    );
    if tx.execute_raw(update).await?.rows_affected() == 0 {
        return Err(Error::conflict("counter"));
    }
    tx.commit().await?;
    Ok(())
}

async fn add_many(db: &Database, count: usize) -> Result<usize, Error> {
    let mut conflicts = 0;
    let mut added = 0;
    while added < count {
        match add_one(db).await {
            Ok(()) => added += 1,
            Err(Error::Conflict(_)) => conflicts += 1,
            Err(error) => return Err(error),
        }
    }
    Ok(conflicts)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn conditional_updates_lose_nothing() {
    for (label, db, _guard) in databases("things", &[COUNTER]).await {
        let conflicts = try_join_all((0..6).map(|_| add_many(&db, 20)))
            .await
            .unwrap();
        assert_eq!(value::<i64>(db.reader(), TOTAL).await, 120, "{label}");
        // One writer at a time: on SQLite nobody ever comes second.
        assert!(
            is_postgres(&db) || conflicts.iter().sum::<usize>() == 0,
            "{conflicts:?}"
        );
    }
}

#[tokio::test]
async fn a_snapshot_sees_one_state_and_plans_freely() {
    for (label, db, _guard) in databases("things", &[COUNTER]).await {
        let snapshot = db.snapshot().await.unwrap();
        assert_eq!(value::<i64>(&snapshot, TOTAL).await, 0, "{label}");
        write(&db, "update counter set total = 5", [])
            .await
            .unwrap();
        assert_eq!(value::<i64>(&snapshot, TOTAL).await, 0, "{label}");
        let written = snapshot.execute_unprepared("update counter set total = 6");
        assert!(written.await.is_err(), "{label}");
        drop(snapshot);
        assert_eq!(value::<i64>(db.reader(), TOTAL).await, 5, "{label}");
        if is_postgres(&db) {
            let plans = "select current_setting('enable_seqscan')";
            let snapshot = db.snapshot().await.unwrap();
            assert_eq!(value::<String>(&snapshot, plans).await, "on");
            drop(snapshot);
            // The session is an ordinary one again.
            assert_eq!(value::<String>(db.reader(), plans).await, "off");
        }
    }
}
