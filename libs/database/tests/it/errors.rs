use std::time::Duration;

use database::{Database, Error, Migration};
use sea_orm::ConnectionTrait;
use testkit::{Storage, databases};
use uuid::Uuid;

use crate::{is_postgres, write};

const THING: Migration = Migration {
    version: 1,
    name: "create_thing",
    sql: "create table thing (
            id uuid primary key,
            door text not null,
            key text not null,
            state text not null check (state in ('open', 'closed')),
            parent uuid references thing (id)
        );
        create unique index thing_door_key_key on thing (door, key) where state = 'open';
        create unique index thing_key_folded on thing (lower(key)) where state = 'closed';
        create table note (thing uuid not null, line bigint not null, primary key (thing, line));",
};

const INSERT: &str = "insert into thing (id, door, key, state, parent) values ($1, $2, $3, $4, $5)";

async fn insert(
    db: &Database,
    id: u128,
    key: &str,
    state: &str,
    parent: Option<u128>,
) -> Result<u64, Error> {
    let id = Uuid::from_u128(id);
    let parent = parent.map(Uuid::from_u128);
    write(
        db,
        INSERT,
        [
            id.into(),
            "web".into(),
            key.into(),
            state.into(),
            parent.into(),
        ],
    )
    .await
}

#[tokio::test]
async fn a_violated_constraint_has_one_name() {
    for (label, db, _guard) in databases("things", &[THING]).await {
        insert(&db, 1, "one", "open", None).await.unwrap();
        insert(&db, 2, "two", "closed", None).await.unwrap();
        for (id, key, state, constraint) in [
            (1, "three", "open", "thing_pkey"),
            (3, "one", "open", "thing_door_key_key"),
            (3, "TWO", "closed", "thing_key_folded"),
        ] {
            let error = insert(&db, id, key, state, None).await.unwrap_err();
            assert!(error.violates(constraint), "{label}: {error:?}");
            assert!(!error.is_transient());
        }
        let note = "insert into note values ($1, 1)";
        write(&db, note, [Uuid::nil().into()]).await.unwrap();
        let error = write(&db, note, [Uuid::nil().into()]).await.unwrap_err();
        assert!(error.violates("note_pkey"), "{label}: {error:?}");
    }
}

#[tokio::test]
async fn faults_of_the_program_do_not_pass_by_waiting() {
    for (label, db, _guard) in databases("things", &[THING]).await {
        let error = insert(&db, 1, "one", "open", Some(9)).await.unwrap_err();
        assert!(matches!(error, Error::ForeignKey(_)), "{label}: {error:?}");

        insert(&db, 1, "one", "open", None).await.unwrap();
        insert(&db, 2, "two", "open", Some(1)).await.unwrap();
        let error = write(&db, "delete from thing where key = 'one'", [])
            .await
            .unwrap_err();
        assert!(matches!(error, Error::ForeignKey(_)), "{label}: {error:?}");

        let error = insert(&db, 3, "three", "elsewhere", None)
            .await
            .unwrap_err();
        assert!(matches!(error, Error::Other(_)), "{label}: {error:?}");
        let error = write(&db, "insert into nowhere values (1)", [])
            .await
            .unwrap_err();
        assert!(matches!(error, Error::Other(_)), "{label}: {error:?}");
        assert!(!error.is_transient());
    }
}

#[tokio::test]
async fn a_pool_in_full_use_is_a_passing_trouble() {
    for storage in testkit::storages().await {
        let mut settings = storage.settings();
        settings.max_connections = 1;
        settings.acquire_timeout = Duration::from_millis(200);
        let db = Database::connect(&settings, "things").await.unwrap();
        let held = db.begin().await.unwrap();
        let error = db.begin().await.unwrap_err();
        assert!(
            matches!(error, Error::PoolTimeout(_)),
            "{}: {error:?}",
            storage.label()
        );
        assert!(error.is_transient());
        held.rollback().await.unwrap();
        db.begin().await.unwrap().commit().await.unwrap();
    }
}

#[tokio::test]
async fn a_write_lock_held_by_another_process_is_a_conflict() {
    let storage = Storage::sqlite();
    let db = storage.database("things", &[THING]).await;
    // Another handle has its own writing connection, as another process has.
    let other = storage.database("things", &[THING]).await;
    let held = db.begin().await.unwrap();
    let error = other.begin().await.unwrap_err();
    assert!(matches!(error, Error::Conflict(_)), "{error:?}");
    assert!(error.is_transient());
    drop(held);
    other.begin().await.unwrap().commit().await.unwrap();
}

#[tokio::test]
async fn a_serialization_failure_is_a_conflict() {
    let storage = Storage::postgres().await;
    let db = storage.database("things", &[THING]).await;
    insert(&db, 1, "one", "open", None).await.unwrap();
    let (first, second) = (db.begin().await.unwrap(), db.begin().await.unwrap());
    for tx in [&first, &second] {
        tx.execute_unprepared("set transaction isolation level repeatable read")
            .await
            .unwrap();
        tx.execute_unprepared("select * from thing").await.unwrap();
    }
    let close = "update thing set state = 'closed'";
    first.execute_unprepared(close).await.unwrap();
    first.commit().await.unwrap();
    let error = Error::from(second.execute_unprepared(close).await.unwrap_err());
    assert!(matches!(error, Error::Conflict(_)), "{error:?}");
    assert!(is_postgres(&db));
}

#[tokio::test]
async fn a_deadlock_is_a_conflict() {
    let storage = Storage::postgres().await;
    let db = storage.database("things", &[THING]).await;
    insert(&db, 1, "one", "open", None).await.unwrap();
    insert(&db, 2, "two", "open", None).await.unwrap();
    let (first, second) = (db.begin().await.unwrap(), db.begin().await.unwrap());
    let (one, two) = (
        "update thing set door = 'x' where key = 'one'",
        "update thing set door = 'x' where key = 'two'",
    );
    first.execute_unprepared(one).await.unwrap();
    second.execute_unprepared(two).await.unwrap();
    let first = async {
        let result = first.execute_unprepared(two).await;
        drop(first);
        result
    };
    let second = async {
        let result = second.execute_unprepared(one).await;
        drop(second);
        result
    };
    let (first, second) = futures::join!(first, second);
    let error = Error::from(first.and(second).unwrap_err());
    assert!(matches!(error, Error::Conflict(_)), "{error:?}");
}
