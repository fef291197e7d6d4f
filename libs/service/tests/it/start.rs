//! Starting, and what is said when that is not possible.

use service::{Plan, StartError};
use tempfile::TempDir;
use tokio::net::TcpListener;

use crate::probe;

async fn refusal(plan: Plan) -> StartError {
    match service::start(plan).await {
        Ok(_) => panic!("started"),
        Err(error) => error,
    }
}

#[tokio::test]
async fn a_cluster_process_does_not_migrate_and_says_who_does() {
    let data = TempDir::new().unwrap();
    let plan = Plan {
        dev: false,
        ..probe::plan(data.path(), &[])
    };
    let text = refusal(plan).await.to_string();
    let wanted = "migrations: run `tributary migrate probe`";
    assert!(
        text.starts_with("database of probe lacks ") && text.ends_with(wanted),
        "{text}"
    );
}

#[tokio::test]
async fn a_migrated_database_starts_in_a_cluster() {
    let data = TempDir::new().unwrap();
    let service = probe::definition();
    let plan = || Plan {
        dev: false,
        ..probe::plan(data.path(), &[])
    };
    let shared = plan().settings.shared().unwrap();
    let database = service::connect_database(&service, &shared, shared.database_wait)
        .await
        .unwrap();
    let steps = service::migrations(&service).len();
    assert_eq!(service::pending(&service, &database).await.unwrap(), steps);
    assert_eq!(service::migrate(&service, &database).await.unwrap(), steps);
    assert_eq!(service::pending(&service, &database).await.unwrap(), 0);
    database.close().await;

    let running = service::start(plan()).await.unwrap();
    assert!(running.stop().await.cleanly());
}

#[tokio::test]
async fn missing_settings_are_named_together_with_the_way_out() {
    let data = TempDir::new().unwrap();
    let nothing = [
        ("TRIBUTARY__DATABASE__URL", ""),
        ("TRIBUTARY__ACCESS__SIGNING_KEY", "short"),
    ];
    let StartError::Settings(error) = refusal(probe::plan(data.path(), &nothing)).await else {
        panic!("another error");
    };
    let [database, key] = error.problems() else {
        panic!("{error}")
    };
    assert!(
        database.starts_with("database.url is not set: set DATABASE_URL"),
        "{database}"
    );
    assert!(
        key.starts_with("access.signing_key needs at least 32 bytes: set"),
        "{key}"
    );
}

#[tokio::test]
async fn postgres_without_a_broker_is_refused() {
    let data = TempDir::new().unwrap();
    let postgres = [("DATABASE_URL", "postgres://crm@127.0.0.1:1/crm")];
    let plan = probe::plan(data.path(), &postgres);
    // The preset of the test is weaker than the environment.
    let text = refusal(plan).await.to_string();
    assert!(
        text.starts_with("nats.url is not set: set NATS_URL"),
        "{text}"
    );
}

#[tokio::test]
async fn a_taken_port_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let data = TempDir::new().unwrap();
    let plan = probe::plan(data.path(), &[("TRIBUTARY__LISTEN__OPS", &address)]);
    let error = refusal(plan).await;
    assert_eq!(
        error.to_string(),
        format!("cannot listen on {address} (listen.ops)")
    );
}
