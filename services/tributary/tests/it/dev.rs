//! `tributary dev` from the first line to the last.

use std::net::TcpListener;

use tempfile::TempDir;

use crate::program::{Dev, run, tributary};

#[test]
fn the_first_run_shows_credentials_once_and_keeps_its_data() {
    let folder = TempDir::new().unwrap();
    let dev = Dev::start(folder.path(), &[]);
    assert!(
        dev.lines
            .first()
            .unwrap()
            .ends_with("dev mode: one process, SQLite, embedded event log."),
        "{:?}",
        dev.lines
    );
    assert!(
        dev.row("Home")
            .contains("sign in  admin@tributary.local / "),
        "{:?}",
        dev.lines
    );
    assert!(
        dev.row("API").contains("test key  trib_test_"),
        "{:?}",
        dev.lines
    );
    assert!(
        dev.row("Data").starts_with("./tributary-data"),
        "{:?}",
        dev.lines
    );
    let (code, rest) = dev.interrupt();
    assert_eq!(
        (code, rest.trim()),
        (0, "Stopped cleanly. Data kept in ./tributary-data.")
    );

    let dev = Dev::start(folder.path(), &[]);
    assert!(
        dev.row("Home").ends_with("sign in as before"),
        "{:?}",
        dev.lines
    );
    assert!(!dev.row("API").contains("trib_test_"), "{:?}", dev.lines);
    assert_eq!(dev.interrupt().0, 0);
}

#[test]
fn an_ephemeral_run_forgets_its_data() {
    let folder = TempDir::new().unwrap();
    let dev = Dev::start(folder.path(), &["--ephemeral"]);
    let row = dev.row("Data").to_owned();
    let (data, remark) = row.split_once(' ').unwrap();
    assert_eq!(remark.trim(), "forgotten at the end (--ephemeral)");
    assert!(std::path::Path::new(data).join("gateway.db").exists());
    let (code, rest) = dev.interrupt();
    assert_eq!(
        (code, rest.trim()),
        (0, "Stopped cleanly. All data forgotten.")
    );
    assert!(!std::path::Path::new(data).exists());
    assert!(!folder.path().join("tributary-data").exists());
}

#[test]
fn a_demonstration_is_entered_once() {
    let folder = TempDir::new().unwrap();
    let entered = || {
        let mut dev = Dev::start(folder.path(), &["--demo", "--people", "30"]);
        let line = dev.next_line();
        assert_eq!(dev.interrupt().0, 0);
        // Renewals open deals by themselves, also while nobody enters anything.
        let (entered, _) = line.trim_start().split_once(" deals").unwrap();
        let (entered, _) = entered.rsplit_once(", ").unwrap();
        entered.to_owned()
    };
    let first = entered();
    assert!(first.starts_with("Demo      14 campaigns, "), "{first}");
    assert!(first.ends_with(" leads"), "{first}");
    assert_eq!(entered(), first, "a second start adds nothing");
}

#[test]
fn a_data_folder_belongs_to_one_process() {
    let folder = TempDir::new().unwrap();
    let dev = Dev::start(folder.path(), &[]);
    let (code, _, error) = run(folder.path(), &["dev", "--port", "0"]);
    assert_eq!(code, 1);
    let wanted = "error: ./tributary-data is in use by another `tributary dev` (pid ";
    assert!(error.starts_with(wanted), "{error}");
    assert_eq!(dev.interrupt().0, 0);
}

#[test]
fn a_taken_port_names_its_owner_and_the_way_out() {
    let folder = TempDir::new().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let (code, _, error) = run(
        folder.path(),
        &["dev", "--ephemeral", "--port", &port.to_string()],
    );
    assert_eq!(code, 1);
    let start = format!("error: port {port} is used by pid {} (", std::process::id());
    assert!(error.starts_with(&start), "{error}");
    assert!(error.contains(". Try: tributary dev --port "), "{error}");
}

#[test]
fn operators_work_beside_a_running_platform() {
    let folder = TempDir::new().unwrap();
    let dev = Dev::start(folder.path(), &[]);

    let (code, out, error) = run(folder.path(), &["partner", "create", "Acme"]);
    assert_eq!(code, 0, "{error}");
    assert!(out.contains("part_") && out.contains("trib_live_"), "{out}");
    let (code, _, error) = run(folder.path(), &["partner", "create", "Acme", "--test"]);
    assert_eq!(code, 1, "the name is taken: {error}");
    assert!(error.contains("error: gateway: "), "{error}");

    let ivy = [
        "staff",
        "create",
        "Ivy",
        "--email",
        "ivy@acme.example",
        "--role",
        "agent",
    ];
    let (code, out, error) = run(folder.path(), &ivy);
    assert_eq!(code, 0, "{error}");
    assert!(
        out.contains("staff_") && out.contains("password  "),
        "{out}"
    );
    assert_eq!(run(folder.path(), &ivy).0, 1, "the address is taken");

    let (code, out, error) = run(folder.path(), &["check"]);
    assert_eq!(code, 0, "{out}{error}");
    assert!(
        out.contains("database   √ gateway: reached, up to date"),
        "{out}"
    );

    let (code, out, _) = run(folder.path(), &["parked", "list"]);
    assert_eq!((code, out.as_str()), (0, "Nothing is parked.\n"));
    let id = "0198f7c2-0000-7000-8000-000000000000";
    let (code, _, error) = run(folder.path(), &["parked", "show", id]);
    assert_eq!(
        (code, error.contains("is not parked")),
        (1, true),
        "{error}"
    );
    let (code, _, error) = run(folder.path(), &["parked", "retry", "first"]);
    assert_eq!(
        (code, error.contains("is not the id of an event")),
        (2, true),
        "{error}"
    );

    assert_eq!(dev.interrupt().0, 0);
}

#[test]
fn dev_refuses_settings_that_do_not_exist() {
    let folder = TempDir::new().unwrap();
    let mut command = tributary(folder.path(), &["dev", "--ephemeral"]);
    command.env("TRIBUTARY__LISTEN__PUBLICK", "127.0.0.1:1");
    let (code, _, error) = crate::program::ended(&command.output().unwrap());
    assert_eq!(code, 2);
    let wanted = "error: unknown setting listen.publick (from TRIBUTARY__LISTEN__PUBLICK): \
                  did you mean listen.public?\n";
    assert!(error.ends_with(wanted), "{error}");
}
