//! The command line as an operator uses it.

use std::collections::BTreeMap;

use e2e::{Mode, Platform, platform::run};

#[tokio::test]
async fn a_wrong_setting_is_refused_with_a_suggestion() {
    let environment = BTreeMap::from([("TRIBUTARY__INTAKE__BACH_MAX".to_owned(), "8".to_owned())]);
    let error = run(&["config", "show"], &environment)
        .unwrap_err()
        .to_string();
    assert!(error.contains("intake.bach_max"), "{error}");
    assert!(error.contains("intake.batch_max"), "{error}");
}

#[tokio::test]
async fn a_busy_port_names_its_owner_and_the_way_out() {
    let platform = Platform::start(Mode::Embedded).await.unwrap();
    let port = platform.base.rsplit(':').next().unwrap().to_owned();
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().display().to_string();
    let error = run(&["dev", "--port", &port, "--data", &data], &BTreeMap::new())
        .unwrap_err()
        .to_string();
    assert!(
        error.contains(&format!("port {port} is used by pid")),
        "{error}"
    );
    assert!(error.contains("--port"), "{error}");
}

#[tokio::test]
async fn check_says_what_to_do_about_each_failure() {
    let environment = BTreeMap::from([
        (
            "DATABASE_URL".to_owned(),
            "postgres://nobody@127.0.0.1:9/none".to_owned(),
        ),
        ("NATS_URL".to_owned(), "nats://127.0.0.1:9".to_owned()),
        (
            "TRIBUTARY__ACCESS__SIGNING_KEY".to_owned(),
            "test-".repeat(8),
        ),
        ("TRIBUTARY__DATABASE__WAIT".to_owned(), "0s".to_owned()),
    ]);
    let error = run(&["check"], &environment).unwrap_err().to_string();
    let failing: Vec<&str> = error.lines().filter(|line| line.contains('×')).collect();
    assert!(!failing.is_empty(), "{error}");
}

#[tokio::test]
async fn a_cluster_that_runs_passes_its_check() {
    let platform = Platform::start(Mode::Cluster).await.unwrap();
    let environment = BTreeMap::from([
        (
            "DATABASE_URL".to_owned(),
            platform.postgres.as_ref().unwrap().url().to_owned(),
        ),
        ("NATS_URL".to_owned(), platform.nats.as_ref().unwrap().url()),
        (
            "TRIBUTARY__ACCESS__SIGNING_KEY".to_owned(),
            "test-".repeat(8),
        ),
    ]);
    run(&["check"], &environment).unwrap();
}
