//! PostgreSQL for tests: one cluster, a database for each test.

use std::fs;
use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, OnceLock};
use std::time::Duration;

use nix::sys::signal::Signal;
use nix::unistd::{User, geteuid};
use sea_orm::{ConnectOptions, ConnectionTrait};

use crate::process::{Server, Spec, as_user, free_port, on_path};

const READY_WITHIN: Duration = Duration::from_mins(1);

/// The cluster all tests of this process share: the one `TRIBUTARY_TEST_POSTGRES` names, or one of its own.
pub fn postgres() -> &'static PostgresCluster {
    static CLUSTER: OnceLock<PostgresCluster> = OnceLock::new();
    CLUSTER.get_or_init(|| match std::env::var("TRIBUTARY_TEST_POSTGRES") {
        Ok(url) => PostgresCluster { url, own: None },
        Err(_) => PostgresCluster::start(),
    })
}

/// A PostgreSQL server. Dropped, it is stopped and removed.
pub struct PostgresCluster {
    url: String,
    own: Option<Own>,
}

struct Own {
    spec: Spec,
    server: Mutex<Server>,
}

impl PostgresCluster {
    /// Starts a server for the caller alone. `fsync` is on: it keeps its promises.
    pub fn start() -> Self {
        let programs = programs();
        let user = other_than_root();
        let user = user.as_ref();
        let folder = make_folder(user);
        initdb(&programs, &folder, user);
        // Between finding a free port and listening on it, somebody else may take it.
        for _ in 0..5 {
            let port = free_port();
            let spec = spec(&programs, &folder, port, user);
            let server = Server::start(&spec);
            if server.wait_ready(READY_WITHIN, || is_ready(&folder)) {
                return Self {
                    url: format!("postgres://postgres@127.0.0.1:{port}/postgres"),
                    own: Some(Own {
                        spec,
                        server: Mutex::new(server),
                    }),
                };
            }
            assert!(
                server.log().contains("could not bind"),
                "PostgreSQL does not start:\n{}",
                server.log()
            );
            server.leave_folder();
        }
        panic!("no port for PostgreSQL in five attempts");
    }

    /// The URL of the maintenance database.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Creates an empty database.
    pub async fn database(&self) -> PostgresDatabase {
        let name = format!("test_{:016x}", rand::random::<u64>());
        run(
            &self.url,
            &format!("create database {name} template template0"),
        )
        .await;
        let (server, _) = self.url.rsplit_once('/').expect("the URL names a database");
        PostgresDatabase {
            url: format!("{server}/{name}"),
            name,
            // A cluster of our own goes as a whole.
            shared: self.own.is_none().then(|| self.url.clone()),
        }
    }

    /// Ends the server as a crash does: nothing is written any more, and sessions break.
    ///
    /// # Panics
    ///
    /// If the cluster is not the caller's own.
    pub fn crash(&self) {
        self.own().server.lock().unwrap().end(Signal::SIGQUIT);
    }

    /// Starts the server after a crash, on the same port and with what it had.
    ///
    /// # Panics
    ///
    /// If the cluster is not the caller's own.
    pub fn restart(&self) {
        let own = self.own();
        let mut server = own.server.lock().unwrap();
        server.end(Signal::SIGQUIT);
        // Left by the dead server, it would say that the new one is ready.
        let _ = fs::remove_file(own.spec.folder.join("data/postmaster.pid"));
        server.replace(&own.spec);
        let ready = server.wait_ready(READY_WITHIN, || is_ready(&own.spec.folder));
        assert!(ready, "PostgreSQL does not come back:\n{}", server.log());
    }

    fn own(&self) -> &Own {
        self.own
            .as_ref()
            .expect("a cluster that others use is not ours to crash: start one")
    }
}

/// A database of one test. Dropped, it is removed.
pub struct PostgresDatabase {
    url: String,
    name: String,
    shared: Option<String>,
}

impl PostgresDatabase {
    /// Where it is.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for PostgresDatabase {
    fn drop(&mut self) {
        let Some(cluster) = self.shared.take() else {
            return;
        };
        let drop = format!("drop database if exists {} with (force)", self.name);
        // A runtime of its own: the test's cannot be waited for from here.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            runtime.expect("a runtime").block_on(run(&cluster, &drop));
        });
        // What is left over goes with the cluster.
        let _ = dropped.join();
    }
}

async fn run(url: &str, sql: &str) {
    let mut options = ConnectOptions::new(url);
    options.sqlx_logging(false).max_connections(1);
    let connection = sea_orm::Database::connect(options)
        .await
        .expect("PostgreSQL can be reached");
    connection
        .execute_unprepared(sql)
        .await
        .unwrap_or_else(|error| panic!("{sql}: {error}"));
    connection.close().await.expect("the connection closes");
}

fn spec(programs: &Path, folder: &Path, port: u16, user: Option<&User>) -> Spec {
    let port = format!("port={port}");
    let settings = [
        port.as_str(),
        "listen_addresses=127.0.0.1",
        "unix_socket_directories=",
        "max_connections=300",
        "fsync=on",
        "synchronous_commit=on",
        "log_min_messages=warning",
    ];
    let mut command = vec![
        programs.join("postgres").into(),
        "-D".into(),
        folder.join("data").into(),
    ];
    for setting in settings {
        command.extend(["-c".into(), setting.into()]);
    }
    Spec {
        command,
        folder: folder.to_owned(),
        user: user.cloned(),
        stop: Signal::SIGQUIT,
    }
}

/// The server's own word: the eighth line of its file.
fn is_ready(folder: &Path) -> bool {
    fs::read_to_string(folder.join("data/postmaster.pid")).is_ok_and(|text| {
        text.lines()
            .nth(7)
            .is_some_and(|status| status.trim() == "ready")
    })
}

fn initdb(programs: &Path, folder: &Path, user: Option<&User>) {
    let mut command = Command::new(programs.join("initdb"));
    command
        .args([
            "--username=postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
            "-D",
        ])
        .arg(folder.join("data"))
        .current_dir(folder);
    as_user(&mut command, user);
    let output = command.output().expect("initdb starts");
    assert!(
        output.status.success(),
        "initdb: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}

fn make_folder(user: Option<&User>) -> PathBuf {
    let folder = tempfile::Builder::new()
        .prefix("tributary-postgres-")
        .tempdir()
        .expect("a folder")
        .keep();
    if let Some(user) = user {
        chown(&folder, Some(user.uid.as_raw()), Some(user.gid.as_raw()))
            .expect("root may give a folder away");
    }
    folder
}

/// PostgreSQL refuses to run as root.
fn other_than_root() -> Option<User> {
    geteuid().is_root().then(|| {
        let find = |name| User::from_name(name).expect("the users of the machine can be read");
        find("postgres")
            .or_else(|| find("nobody"))
            .expect("a user to run PostgreSQL as")
    })
}

fn programs() -> PathBuf {
    on_path("initdb")
        .and_then(|initdb| initdb.canonicalize().ok()?.parent().map(Path::to_owned))
        .or_else(newest_of_debian)
        .expect("PostgreSQL is installed: apt-get install postgresql, or put its bin folder on the PATH")
}

fn newest_of_debian() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?;
    versions
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok())
        .max()
        .map(|version| PathBuf::from(format!("/usr/lib/postgresql/{version}/bin")))
}
