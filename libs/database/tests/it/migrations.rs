use database::{Database, Error, Migration};
use sea_orm::ConnectionTrait;
use testkit::{Storage, storages};

use crate::{value, write};

const THING: Migration = Migration {
    version: 20_261_101_000_000,
    name: "create_thing",
    sql: "create table thing (id uuid primary key, name text not null);
        create index thing_name on thing (name);",
};

const SIZE: Migration = Migration {
    version: 20_261_102_000_000,
    name: "add_size",
    sql: "alter table thing add column size bigint not null default 1; -- the usual",
};

const COUNT_TABLES: &str = "select count(*) from thing";

async fn open(storage: &Storage) -> Database {
    Database::connect(&storage.settings(), "things")
        .await
        .unwrap()
}

#[tokio::test]
async fn steps_are_applied_once_and_in_order() {
    for storage in storages().await {
        let db = open(&storage).await;
        assert_eq!(
            db.pending(&[THING, SIZE]).await.unwrap(),
            2,
            "{}",
            storage.label()
        );
        // Handed in the wrong order, as when two lists are put together.
        assert_eq!(db.migrate(&[SIZE, THING]).await.unwrap(), 2);
        assert_eq!(db.migrate(&[THING, SIZE]).await.unwrap(), 0);
        assert_eq!(db.pending(&[THING, SIZE]).await.unwrap(), 0);
        assert_eq!(value::<i64>(db.reader(), COUNT_TABLES).await, 0);
    }
}

#[tokio::test]
async fn later_steps_follow_on_earlier_ones() {
    for storage in storages().await {
        let db = open(&storage).await;
        assert_eq!(
            db.migrate(&[THING]).await.unwrap(),
            1,
            "{}",
            storage.label()
        );
        write(
            &db,
            "insert into thing values ($1, 'first')",
            [uuid::Uuid::nil().into()],
        )
        .await
        .unwrap();
        assert_eq!(db.pending(&[THING, SIZE]).await.unwrap(), 1);
        assert_eq!(db.migrate(&[THING, SIZE]).await.unwrap(), 1);
        assert_eq!(value::<i64>(db.reader(), "select size from thing").await, 1);
        // Yesterday's program starts on today's tables.
        assert_eq!(db.pending(&[THING]).await.unwrap(), 0);
        assert_eq!(db.migrate(&[THING]).await.unwrap(), 0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn programs_that_migrate_at_once_apply_every_step_once() {
    for storage in storages().await {
        let migrators = (0..6).map(|_| async {
            let db = open(&storage).await;
            db.migrate(&[THING, SIZE]).await
        });
        let applied = futures::future::join_all(migrators).await;
        let applied: usize = applied.into_iter().map(Result::unwrap).sum();
        assert_eq!(applied, 2, "{}", storage.label());
        assert_eq!(
            value::<i64>(open(&storage).await.reader(), COUNT_TABLES).await,
            0
        );
    }
}

#[tokio::test]
async fn a_changed_step_is_refused() {
    for storage in storages().await {
        let db = storage.database("things", &[THING]).await;
        let changed = Migration {
            sql: "create table thing (id uuid primary key)",
            ..THING
        };
        let label = storage.label();
        let error = db.migrate(&[changed, SIZE]).await.unwrap_err();
        assert!(matches!(error, Error::Migration(_)), "{label}: {error:?}");
        let error = db.pending(&[changed, SIZE]).await.unwrap_err();
        assert!(matches!(error, Error::Migration(_)), "{label}: {error:?}");
        // And nothing holds a lock: the right ones go through.
        assert_eq!(db.migrate(&[THING, SIZE]).await.unwrap(), 1);
    }
}

#[tokio::test]
async fn a_step_that_fails_leaves_nothing() {
    let broken = Migration {
        version: 20_261_102_000_000,
        name: "broken",
        sql: "create table half (id uuid primary key); insert into nowhere values (1);",
    };
    for storage in storages().await {
        let db = open(&storage).await;
        let error = db.migrate(&[THING, broken]).await.unwrap_err();
        assert!(
            matches!(error, Error::Migration(_)),
            "{}: {error:?}",
            storage.label()
        );
        assert!(
            db.reader()
                .execute_unprepared("select * from half")
                .await
                .is_err()
        );
        db.migrate(&[THING, SIZE]).await.unwrap();
        assert_eq!(db.pending(&[THING, SIZE]).await.unwrap(), 0);
    }
}

#[tokio::test]
async fn services_in_one_place_do_not_see_each_other() {
    for storage in storages().await {
        let things = storage.database("things", &[THING]).await;
        let others = Database::connect(&storage.settings(), "others")
            .await
            .unwrap();
        assert_eq!(
            others.pending(&[THING]).await.unwrap(),
            1,
            "{}",
            storage.label()
        );
        assert!(
            others
                .reader()
                .execute_unprepared(COUNT_TABLES)
                .await
                .is_err()
        );
        assert_eq!(others.migrate(&[THING]).await.unwrap(), 1);
        assert_eq!(value::<i64>(things.reader(), COUNT_TABLES).await, 0);
    }
}

#[tokio::test]
async fn a_role_that_owns_its_schema_alone_can_migrate() {
    let storage = Storage::postgres().await;
    let owner = storage.database("public", &[]).await;
    let role = format!("role_{}", storage.url().rsplit('_').next().unwrap());
    let setup = format!("create role {role} login; create schema things authorization {role}");
    owner.reader().execute_unprepared(&setup).await.unwrap();

    let mut settings = storage.settings();
    settings.url = settings.url.replace("postgres@", &format!("{role}@"));
    let db = Database::connect(&settings, "things").await.unwrap();
    assert_eq!(db.migrate(&[THING]).await.unwrap(), 1);
    db.close().await;
    let clean = format!("drop owned by {role}; drop role {role}");
    owner.reader().execute_unprepared(&clean).await.unwrap();
}
