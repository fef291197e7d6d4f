use std::panic::AssertUnwindSafe;
use std::path::Path;

use database::{Backend, Migration};
use futures::FutureExt;
use sea_orm::ConnectionTrait;
use testkit::{Storage, databases};

const THING: Migration = Migration {
    version: 1,
    name: "create_thing",
    sql: "create table thing (id uuid primary key, door text not null, key text not null, folded text unique);
        create unique index thing_door_key_key on thing (door, key) where door <> '';
        create unique index thing_any_name on thing (lower(key));",
};

#[tokio::test]
async fn one_test_runs_on_both() {
    let mut seen = Vec::new();
    for (label, db, _guard) in databases("things", &[THING]).await {
        assert_eq!(db.pending(&[THING]).await.unwrap(), 0, "{label}");
        let rows = db
            .reader()
            .execute_unprepared("select * from thing")
            .await
            .unwrap();
        assert_eq!(rows.rows_affected(), 0, "{label}");
        seen.push((label, db.backend()));
    }
    assert_eq!(
        seen,
        [("sqlite", Backend::Sqlite), ("postgres", Backend::Postgres)]
    );
}

#[tokio::test]
async fn what_is_dropped_is_removed() {
    let storage = Storage::sqlite();
    let url = storage.url();
    let folder = Path::new(url.strip_prefix("sqlite:").unwrap());
    let db = storage.database("things", &[THING]).await;
    assert!(folder.join("things.db").is_file());
    db.close().await;
    drop(storage);
    assert!(!folder.exists());
}

#[tokio::test]
async fn a_unique_index_that_sqlite_would_call_otherwise_is_refused() {
    let migration = Migration {
        version: 1,
        name: "create_thing",
        sql: "create table thing (id uuid primary key, door text not null);
            create unique index one_door on thing (door);",
    };
    let refused = AssertUnwindSafe(databases("things", &[migration]))
        .catch_unwind()
        .await;
    let panic = refused.err().unwrap();
    let message = panic.downcast_ref::<String>().unwrap();
    assert!(
        message.contains("one_door must be called thing_door_key"),
        "{message}"
    );
}
