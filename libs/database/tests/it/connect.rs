use std::error::Error as _;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use database::{Backend, Database, Error, Settings};
use testkit::{PostgresCluster, Storage, eventually};

use crate::value;

fn settings(url: &str) -> Settings {
    Settings {
        url: url.to_owned(),
        max_connections: 2,
        acquire_timeout: Duration::from_millis(300),
    }
}

#[tokio::test]
async fn postgres_sessions_are_bound_to_their_schema_and_wait_for_the_disk() {
    let storage = Storage::postgres().await;
    let db = storage.database("things", &[]).await;
    assert_eq!(db.backend(), Backend::Postgres);
    for (setting, wanted) in [
        ("search_path", "things"),
        ("synchronous_commit", "on"),
        ("application_name", "tributary-things"),
    ] {
        let sql = format!("select current_setting('{setting}')");
        assert_eq!(value::<String>(db.reader(), &sql).await, wanted);
    }
    db.ping().await.unwrap();
}

#[tokio::test]
async fn sqlite_files_are_private_and_wait_for_the_disk() {
    let folder = tempfile::tempdir().unwrap();
    let nested = folder.path().join("deep/data");
    let db = Database::connect(&settings(&format!("sqlite:{}", nested.display())), "things")
        .await
        .unwrap();
    assert_eq!(db.backend(), Backend::Sqlite);
    assert_eq!(
        fs::metadata(&nested).unwrap().permissions().mode() & 0o777,
        0o700
    );
    assert!(nested.join("things.db").is_file());

    let tx = db.begin().await.unwrap();
    assert_eq!(
        value::<String>(&tx, "select journal_mode from pragma_journal_mode").await,
        "wal"
    );
    assert_eq!(
        value::<i32>(&tx, "select synchronous from pragma_synchronous").await,
        2
    );
    assert_eq!(
        value::<i32>(&tx, "select foreign_keys from pragma_foreign_keys").await,
        1
    );
    tx.commit().await.unwrap();
    db.ping().await.unwrap();
}

#[tokio::test]
async fn settings_that_cannot_work_are_named_without_the_password() {
    for (url, schema) in [
        ("mysql://crm:s3cret@localhost/crm", "things"),
        ("s3cret", "things"),
        ("sqlite:", "things"),
        ("sqlite:/proc/s3cret-no-folder-here", "things"),
        ("postgres://crm:s3cret@localhost:port/crm", "things"),
        ("sqlite:/tmp/s3cret", "../things"),
        ("sqlite:/tmp/s3cret", "Things; drop"),
    ] {
        let settings = settings(url);
        assert!(!format!("{settings:?}").contains("s3cret"));
        let error = Database::connect(&settings, schema).await.unwrap_err();
        assert!(matches!(error, Error::Settings(_)), "{url}: {error:?}");
        assert!(!error.is_transient());
        let text = format!("{error}: {}", error.source().unwrap());
        // A folder's name is no secret, and needed to mend it.
        assert!(
            url.starts_with("sqlite:/proc") || !text.contains("s3cret"),
            "{text}"
        );
    }
}

#[tokio::test]
async fn a_server_that_is_away_is_a_passing_trouble() {
    let cluster = PostgresCluster::start();
    let database = cluster.database().await;
    let settings = settings(database.url());
    let db = Database::connect(&settings, "things").await.unwrap();

    cluster.crash();
    let error = db.ping().await.unwrap_err();
    assert!(error.is_transient(), "{error:?}");
    let error = db.begin().await.unwrap_err();
    assert!(error.is_transient(), "{error:?}");
    let error = Database::connect(&settings, "things").await.unwrap_err();
    assert!(error.is_transient(), "{error:?}");
    let error = db.migrate(&[]).await.unwrap_err();
    assert!(error.is_transient(), "{error:?}");

    cluster.restart();
    eventually(Duration::from_secs(20), || db.ping()).await;
}

#[tokio::test]
async fn a_closed_database_is_closed_for_all_clones() {
    for storage in testkit::storages().await {
        let db = storage.database("things", &[]).await;
        db.clone().close().await;
        let error = db.ping().await.unwrap_err();
        assert!(
            matches!(error, Error::Unavailable(_)),
            "{}: {error:?}",
            storage.label()
        );
    }
}

#[tokio::test]
async fn the_pools_of_an_open_database_are_seen() {
    let storage = Storage::sqlite();
    let db = storage.database("seen", &[]).await;
    let _held = db.begin().await.unwrap();
    let count = |role, state| {
        let metrics = telemetry::metrics_text();
        let line = metrics.lines().find(|line| {
            ["database_connections{", r#"schema="seen""#, role, state]
                .iter()
                .all(|part| line.contains(part))
        });
        line.and_then(|line| line.rsplit(' ').next())
            .map(str::to_owned)
    };
    assert_eq!(
        count(r#"role="writer""#, r#"state="used""#).as_deref(),
        Some("1")
    );
    assert_eq!(
        count(r#"role="reader""#, r#"state="idle""#).as_deref(),
        Some("1")
    );
}
