use std::time::Duration;

use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbErr};
use testkit::{PostgresCluster, eventually, postgres};

use crate::DEADLINE;

async fn ask(connection: &DatabaseConnection, sql: &str) -> Result<String, DbErr> {
    let statement = sea_orm::Statement::from_string(sea_orm::DbBackend::Postgres, sql);
    connection
        .query_one_raw(statement)
        .await?
        .unwrap()
        .try_get_by_index(0)
}

#[tokio::test]
async fn databases_are_empty_and_apart() {
    let (one, two) = (postgres().database().await, postgres().database().await);
    assert_ne!(one.url(), two.url());
    let connection = Database::connect(one.url()).await.unwrap();
    connection
        .execute_unprepared("create table thing (id bigint)")
        .await
        .unwrap();
    let other = Database::connect(two.url()).await.unwrap();
    let tables = ask(
        &other,
        "select count(*)::text from pg_class where relname = 'thing'",
    )
    .await;
    assert_eq!(tables.unwrap(), "0");
}

#[tokio::test]
async fn commits_are_on_disk_before_they_are_acknowledged() {
    let database = postgres().database().await;
    let connection = Database::connect(database.url()).await.unwrap();
    for setting in ["fsync", "synchronous_commit", "full_page_writes"] {
        assert_eq!(
            ask(&connection, &format!("show {setting}")).await.unwrap(),
            "on",
            "{setting}"
        );
    }
}

#[tokio::test]
async fn a_crashed_cluster_comes_back_with_what_was_committed() {
    let cluster = PostgresCluster::start();
    let database = cluster.database().await;
    let mut options = ConnectOptions::new(database.url());
    options.acquire_timeout(Duration::from_millis(500));
    let connection = Database::connect(options).await.unwrap();
    connection
        .execute_unprepared("create table thing (id bigint)")
        .await
        .unwrap();
    connection
        .execute_unprepared("insert into thing values (1), (2)")
        .await
        .unwrap();

    cluster.crash();
    assert!(
        ask(&connection, "select count(*)::text from thing")
            .await
            .is_err()
    );

    cluster.restart();
    let count = eventually(DEADLINE, || {
        ask(&connection, "select count(*)::text from thing")
    })
    .await;
    assert_eq!(count, "2");
}
