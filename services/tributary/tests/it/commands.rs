//! Commands that need no running platform.

use std::fs;

use tempfile::TempDir;

use crate::program::{ended, run, tributary};

#[test]
fn unknown_services_are_refused_with_what_may_be_meant() {
    let folder = TempDir::new().unwrap();
    for command in ["serve", "migrate", "check"] {
        let (code, _, error) = run(folder.path(), &[command, "gatway"]);
        let wanted = "error: unknown service gatway: did you mean gateway?\n";
        assert_eq!((code, error.as_str()), (2, wanted));
    }
    assert_eq!(run(folder.path(), &["serve"]).0, 2);
}

#[test]
fn serving_without_settings_names_all_that_is_missing() {
    let folder = TempDir::new().unwrap();
    let (code, _, error) = run(folder.path(), &["serve", "gateway"]);
    assert_eq!(code, 2);
    assert!(
        error.contains("database.url is not set: set DATABASE_URL"),
        "{error}"
    );
    assert!(
        error.contains("access.signing_key needs at least 32 bytes"),
        "{error}"
    );
}

#[test]
fn migrating_says_what_was_applied() {
    let folder = TempDir::new().unwrap();
    let migrate = || {
        let mut command = tributary(folder.path(), &["migrate", "gateway"]);
        ended(&command.env("DATABASE_URL", "sqlite:data").output().unwrap())
    };
    let (code, out, error) = migrate();
    assert_eq!(code, 0, "{error}");
    assert!(
        out.starts_with("gateway        ") && out.contains(" migrations applied\n"),
        "{out}"
    );
    let (code, out, _) = migrate();
    assert_eq!(code, 0);
    assert!(out.starts_with("gateway        up to date\n0 migrations applied to 1 services in "));
}

#[test]
fn a_check_fails_with_what_to_do() {
    let folder = TempDir::new().unwrap();
    let mut command = tributary(folder.path(), &["check", "gateway"]);
    command
        .env("DATABASE_URL", "sqlite:data")
        .env("TRIBUTARY__UPSTREAM__INTAKE", "http://127.0.0.1:1");
    let (code, out, _) = ended(&command.output().unwrap());
    assert_eq!(code, 1, "{out}");
    for line in [
        "settings   × access.signing_key needs at least 32 bytes: set TRIBUTARY__ACCESS__SIGNING_KEY",
        "database   × gateway: not created yet.  Do: run `tributary migrate gateway`",
        "broker     × embedded bus in data/bus.db: no such folder.  Do: make it",
        "upstream   × intake at http://127.0.0.1:1: ",
    ] {
        assert!(out.contains(line), "{line} is not in {out}");
    }
    assert!(out.ends_with("Status: 4 of 4 checks failed.\n"), "{out}");
}

#[test]
fn the_settings_are_shown_with_their_origin_and_without_secrets() {
    let folder = TempDir::new().unwrap();
    fs::write(
        folder.path().join("crm.toml"),
        "[nats]\nurl = 'nats://broker:4222'\n",
    )
    .unwrap();
    let mut command = tributary(folder.path(), &["config", "show", "--config", "crm.toml"]);
    command
        .env("DATABASE_URL", "postgres://crm:hush@db/crm")
        .env("TRIBUTARY__ACCESS__SIGNING_KEY", "hush-hush");
    let (code, out, error) = ended(&command.output().unwrap());
    assert_eq!(code, 0, "{error}");
    let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    let lines: Vec<String> = out.lines().map(words).collect();
    for line in [
        r#"access.signing_key = "********" # TRIBUTARY__ACCESS__SIGNING_KEY"#,
        r#"database.url = "postgres://crm:********@db/crm" # DATABASE_URL"#,
        r#"nats.url = "nats://broker:4222" # crm.toml"#,
        r#"listen.public = "0.0.0.0:7400" # default"#,
        r#"upstream.gateway = "" # default"#,
    ] {
        assert!(lines.iter().any(|it| it == line), "{line} is not in {out}");
    }
    assert!(!out.contains("hush"), "{out}");
}
