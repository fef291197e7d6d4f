//! Which value is in force, and what is refused.

use std::{fs, time::Duration};

use serde::Deserialize;
use service::settings::{Environment, Error, Loader, Origin, Settings};
use tempfile::TempDir;

const INTAKE: &str = r#"
[intake]
batch_max = 100
batch_wait = "2ms"
body_max = "1MiB"
spam = ["viagra"]
[intake.score]
referral = 0.5
[intake.brands]
"#;

#[derive(Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
struct Intake {
    batch_max: u32,
    #[serde(deserialize_with = "service::settings::duration")]
    batch_wait: Duration,
    #[serde(deserialize_with = "service::settings::size")]
    body_max: usize,
    spam: Vec<String>,
    score: Score,
    #[serde(default)]
    brands: toml::Table,
}

#[derive(Debug, Deserialize, PartialEq)]
struct Score {
    referral: f64,
}

fn loader() -> Loader {
    Loader::new([("intake", INTAKE)])
}

fn with(variables: &[(&str, &str)]) -> Result<Settings, Error> {
    loader()
        .environment(&Environment::of(variables.iter().copied()))
        .load()
}

fn with_file(text: &str, variables: &[(&str, &str)]) -> Result<Settings, Error> {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("tributary.toml");
    fs::write(&file, text).unwrap();
    loader()
        .file(&file)
        .environment(&Environment::of(variables.iter().copied()))
        .load()
}

fn intake(settings: &Settings) -> Intake {
    settings.section("intake").parse().unwrap()
}

fn problem(settings: Result<Settings, Error>) -> String {
    settings.unwrap_err().to_string()
}

#[test]
fn the_defaults_are_these() {
    let shown: Vec<String> = Loader::new([])
        .load()
        .unwrap()
        .shown()
        .into_iter()
        .map(|(key, value, _)| format!("{key} = {value}"))
        .collect();
    let expected = r#"access.signing_key = ""
bus.ack_wait = "60s"
bus.batch = 256
bus.check_interval = "30s"
bus.duplicate_window = "15m"
bus.horizon = "14d"
bus.inbox_horizon = "60d"
bus.max_in_flight = 50000
bus.parked_poll = "1s"
bus.path = ""
bus.relay_batch = 512
bus.relay_lease = "5s"
bus.replicas = 1
bus.retry_delays = ["1s", "5s", "30s", "5m", "30m"]
bus.rush_delay = "10s"
bus.stream_max_age = "30d"
database.acquire_timeout = "5s"
database.max_connections = 10
database.url = ""
database.wait = "30s"
listen.drain = "8s"
listen.internal = "0.0.0.0:7402"
listen.linger = "5s"
listen.max_connections = 2000
listen.ops = "0.0.0.0:7401"
listen.public = "0.0.0.0:7400"
listen.wind_down = "7s"
nats.url = ""
telemetry.endpoint = ""
telemetry.format = "auto"
telemetry.log = "info,async_nats=warn"
telemetry.metrics_interval = "30s"
telemetry.sample = 1.0"#;
    assert_eq!(shown.join("\n"), expected);
}

#[test]
fn the_process_stops_within_25_seconds_by_default() {
    let listen = Loader::new([]).load().unwrap().shared().unwrap().listen;
    // Two seconds to close what is left, three to hand over telemetry.
    assert!(listen.linger + listen.drain + listen.wind_down <= Duration::from_secs(20));
}

#[test]
fn a_section_is_read_with_its_units() {
    let settings = intake(&with(&[]).unwrap());
    assert_eq!(settings.batch_wait, Duration::from_millis(2));
    assert_eq!(settings.body_max, 1 << 20);
    assert!(settings.brands.is_empty());
}

#[test]
fn flags_win_over_variables_over_the_file_over_presets() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("tributary.toml");
    fs::write(
        &file,
        "[intake]\nbatch_max = 3\nbatch_wait = \"3s\"\nspam = []\n",
    )
    .unwrap();
    let variables = [
        ("TRIBUTARY__INTAKE__BATCH_MAX", "4"),
        ("TRIBUTARY__INTAKE__BATCH_WAIT", "4s"),
    ];
    let settings = loader()
        .preset(
            "dev mode",
            &[("intake.batch_max", "2"), ("intake.body_max", "2B")],
        )
        .file(&file)
        .environment(&Environment::of(variables))
        .flag("--batch-max", "intake.batch_max", "5")
        .load()
        .unwrap();
    let read = intake(&settings);
    assert_eq!(
        (read.batch_max, read.batch_wait.as_secs(), read.body_max),
        (5, 4, 2)
    );
    assert_eq!(read.spam, Vec::<String>::new());

    let origin = |key: &str| {
        let shown = settings.shown();
        shown.into_iter().find(|(name, ..)| name == key).unwrap().2
    };
    assert_eq!(origin("intake.batch_max"), Origin::Flag("--batch-max"));
    assert_eq!(
        origin("intake.batch_wait"),
        Origin::Variable("TRIBUTARY__INTAKE__BATCH_WAIT".to_owned())
    );
    assert_eq!(
        origin("intake.spam"),
        Origin::File(file.display().to_string())
    );
    assert_eq!(origin("intake.body_max"), Origin::Preset("dev mode"));
    assert_eq!(origin("intake.score.referral"), Origin::Default);
}

#[test]
fn variables_are_read_in_the_kind_of_their_setting() {
    let settings = with(&[
        ("TRIBUTARY__INTAKE__BATCH_MAX", "7"),
        ("TRIBUTARY__INTAKE__SPAM", "casino, crypto"),
        ("TRIBUTARY__INTAKE__SCORE__REFERRAL", "1"),
        ("TRIBUTARY__INTAKE__BRANDS__ACME", "acme.example"),
    ]);
    let read = intake(&settings.unwrap());
    assert_eq!(read.batch_max, 7);
    assert_eq!(read.spam, ["casino", "crypto"]);
    assert_eq!(read.score, Score { referral: 1.0 });
    assert_eq!(read.brands["acme"].as_str(), Some("acme.example"));
    let list = with(&[("TRIBUTARY__INTAKE__SPAM", r#"["a,b"]"#)]).unwrap();
    assert_eq!(intake(&list).spam, ["a,b"]);
}

#[test]
fn well_known_variables_are_weaker_than_long_ones() {
    let text = |variables: &[(&str, &str)]| {
        with(variables)
            .unwrap()
            .text("database.url")
            .map(str::to_owned)
    };
    assert_eq!(text(&[("DATABASE_URL", "")]), None);
    assert_eq!(text(&[("DATABASE_URL", "sqlite:a")]).unwrap(), "sqlite:a");
    let both = [
        ("DATABASE_URL", "sqlite:a"),
        ("TRIBUTARY__DATABASE__URL", "sqlite:b"),
    ];
    assert_eq!(text(&both).unwrap(), "sqlite:b");
}

#[test]
fn a_secret_may_lie_in_a_file() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("key");
    fs::write(&file, "0123456789abcdef0123456789abcdef\n").unwrap();
    let path = file.display().to_string();
    let settings = with(&[("TRIBUTARY__ACCESS__SIGNING_KEY_FILE", &path)]).unwrap();
    assert_eq!(settings.text("access.signing_key").unwrap().len(), 32);
    let settings = with_file(&format!("[access]\nsigning_key_file = '{path}'"), &[]).unwrap();
    assert_eq!(settings.text("access.signing_key").unwrap().len(), 32);

    let missing = problem(with(&[("NATS_URL_FILE", "/nowhere")]));
    assert!(missing.starts_with("setting nats.url (from NATS_URL_FILE): cannot read /nowhere: "));
}

#[test]
fn secrets_are_not_shown() {
    let settings = with(&[
        ("TRIBUTARY__ACCESS__SIGNING_KEY", "hush-hush"),
        ("DATABASE_URL", "postgres://crm:hush@db/crm"),
    ]);
    let shown = format!("{:?}", settings.unwrap());
    assert!(shown.contains("postgres://crm:********@db/crm"), "{shown}");
    assert!(!shown.contains("hush"), "{shown}");
}

#[test]
fn unknown_settings_are_refused_with_what_may_be_meant() {
    assert_eq!(
        problem(with(&[("TRIBUTARY__INTAKE__BACH_MAX", "5")])),
        "unknown setting intake.bach_max (from TRIBUTARY__INTAKE__BACH_MAX): \
         did you mean intake.batch_max?"
    );
    assert_eq!(
        problem(with(&[("TRIBUTARY__INTAKE__COLOUR", "red")])),
        "unknown setting intake.colour (from TRIBUTARY__INTAKE__COLOUR): \
         `tributary config show` lists all settings"
    );
    let text = problem(with_file("[intak]\nbatch_max = 5", &[]));
    assert!(
        text.starts_with("unknown setting intak.batch_max (from /"),
        "{text}"
    );
    assert!(
        text.ends_with("tributary.toml): did you mean intake.batch_max?"),
        "{text}"
    );
}

#[test]
fn values_of_another_kind_are_refused() {
    assert_eq!(
        problem(with(&[("TRIBUTARY__INTAKE__BATCH_MAX", "many")])),
        "setting intake.batch_max (from TRIBUTARY__INTAKE__BATCH_MAX): \
         expected a whole number, found `many`"
    );
    let text = problem(with_file("[intake]\nbatch_wait = 30", &[]));
    assert!(
        text.ends_with("tributary.toml): expected a text, found `30`"),
        "{text}"
    );
}

#[test]
fn a_value_that_cannot_be_read_names_its_origin() {
    let settings = with(&[("TRIBUTARY__INTAKE__BATCH_WAIT", "30")]).unwrap();
    assert_eq!(
        settings
            .section("intake")
            .parse::<Intake>()
            .unwrap_err()
            .to_string(),
        "setting intake.batch_wait (from TRIBUTARY__INTAKE__BATCH_WAIT): `30` is not a duration: \
         write numbers with units, such as \"30s\", \"5m\" or \"1h30m\""
    );
}

#[test]
fn all_problems_are_told_at_once() {
    let error = with_file("[intake]\nx = 1\ny = 2", &[("TRIBUTARY__Z", "3")]).unwrap_err();
    assert_eq!(error.problems().len(), 3);
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let text = problem(loader().file("nowhere.toml".as_ref()).load());
    assert!(text.starts_with("cannot read nowhere.toml: "), "{text}");
}
