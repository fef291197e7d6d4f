//! A nats-server with JetStream, and what can befall it.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use nix::sys::signal::Signal;
use tempfile::TempDir;

use crate::process::{Server, Spec, free_port, on_path};

const READY_WITHIN: Duration = Duration::from_secs(30);

/// Older servers take filters and deadlines without a word, and ignore them.
const OLDEST: (u32, u32) = (2, 11);

/// Starts a nats-server for the caller alone.
pub fn nats() -> NatsServer {
    NatsServer::start()
}

/// A nats-server with a file store. Dropped, it is killed and removed.
pub struct NatsServer {
    port: u16,
    spec: Spec,
    server: Mutex<Server>,
}

/// A copy of a server's store at one moment.
pub struct StoreImage(TempDir);

impl NatsServer {
    /// Starts a server with the settings we recommend.
    ///
    /// # Panics
    ///
    /// If nats-server is missing or too old; the message says how to get it.
    pub fn start() -> Self {
        let program = program();
        let folder = tempfile::Builder::new()
            .prefix("tributary-nats-")
            .tempdir()
            .expect("a folder")
            .keep();
        // Between finding a free port and listening on it, somebody else may take it.
        for _ in 0..5 {
            let port = free_port();
            let spec = spec(&program, &folder, port);
            let server = Server::start(&spec);
            if server.wait_ready(READY_WITHIN, || is_ready(port)) {
                return Self {
                    port,
                    spec,
                    server: Mutex::new(server),
                };
            }
            assert!(
                server.log().contains("address already in use"),
                "nats-server does not start:\n{}",
                server.log()
            );
            server.leave_folder();
        }
        panic!("no port for nats-server in five attempts");
    }

    /// Where it listens. It stays the same over restarts.
    pub fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    /// The address of [`NatsServer::url`].
    pub fn addr(&self) -> SocketAddr {
        SocketAddr::from((Ipv4Addr::LOCALHOST, self.port))
    }

    /// Kills it. What it had not yet given to the operating system is lost.
    pub fn kill9(&self) {
        self.server().end(Signal::SIGKILL);
    }

    /// Starts it again with the store it has, after killing it if it runs.
    pub fn restart(&self) {
        let mut server = self.server();
        server.end(Signal::SIGKILL);
        self.start_again(&mut server);
    }

    /// Makes it stand still: it keeps its connections and says nothing.
    pub fn pause(&self) {
        self.server().pause();
    }

    /// Lets it go on.
    pub fn resume(&self) {
        self.server().signal(Signal::SIGCONT);
    }

    /// Kills it, deletes its store and starts it empty.
    pub fn wipe(&self) {
        let mut server = self.server();
        server.end(Signal::SIGKILL);
        fs::remove_dir_all(self.store()).expect("the store can be removed");
        self.start_again(&mut server);
    }

    /// Stops it in good order, copies its store, and starts it again.
    pub fn snapshot(&self) -> StoreImage {
        let mut server = self.server();
        server.end(Signal::SIGTERM);
        let image = tempfile::tempdir().expect("a folder");
        copy(&self.store(), image.path());
        self.start_again(&mut server);
        StoreImage(image)
    }

    /// Kills it, puts the image in the place of its store, and starts it: as if an old backup had been brought back.
    pub fn restore(&self, image: &StoreImage) {
        let mut server = self.server();
        server.end(Signal::SIGKILL);
        fs::remove_dir_all(self.store()).expect("the store can be removed");
        copy(image.0.path(), &self.store());
        self.start_again(&mut server);
    }

    fn start_again(&self, server: &mut Server) {
        server.replace(&self.spec);
        let ready = server.wait_ready(READY_WITHIN, || is_ready(self.port));
        assert!(ready, "nats-server does not come back:\n{}", server.log());
    }

    fn store(&self) -> PathBuf {
        self.spec.folder.join("jetstream")
    }

    fn server(&self) -> MutexGuard<'_, Server> {
        self.server.lock().unwrap()
    }
}

fn spec(program: &Path, folder: &Path, port: u16) -> Spec {
    let config = folder.join("server.conf");
    let text = format!(
        "listen: \"127.0.0.1:{port}\"\n\
         jetstream {{ store_dir: \"{}\", max_mem: 64MB, max_file: 4GB, sync_interval: 1s }}\n",
        folder.display()
    );
    fs::write(&config, text).expect("the configuration can be written");
    Spec {
        command: vec![program.into(), "-c".into(), config.into()],
        folder: folder.to_owned(),
        user: None,
        stop: Signal::SIGKILL,
    }
}

/// The server greets only once its streams are recovered.
fn is_ready(port: u16) -> bool {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let Ok(stream) = TcpStream::connect_timeout(&address, Duration::from_secs(1)) else {
        return false;
    };
    stream
        .set_read_timeout(Some(Duration::from_secs(1)))
        .expect("a timeout can be set");
    let mut greeting = String::new();
    let read = BufReader::new(stream).read_line(&mut greeting);
    read.is_ok() && greeting.starts_with("INFO ") && greeting.contains("\"jetstream\":true")
}

fn program() -> PathBuf {
    let in_workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.venv/bin/nats-server");
    let program = std::env::var_os("NATS_SERVER")
        .map(PathBuf::from)
        .or_else(|| in_workspace.is_file().then_some(in_workspace))
        .or_else(|| on_path("nats-server"))
        .expect("nats-server is missing: run `make tools`");
    let output = Command::new(&program).arg("--version").output();
    let output =
        output.unwrap_or_else(|error| panic!("{}: {error}: run `make tools`", program.display()));
    let text = String::from_utf8_lossy(&output.stdout);
    let version = parse_version(&text);
    assert!(
        version.is_some_and(|version| version >= OLDEST),
        "{} is {}, {}.{} or later is needed: run `make tools`",
        program.display(),
        text.trim(),
        OLDEST.0,
        OLDEST.1
    );
    program
}

/// From `nats-server: v2.15.1`.
fn parse_version(text: &str) -> Option<(u32, u32)> {
    let (_, version) = text.trim().rsplit_once('v')?;
    let mut parts = version.split('.').map(str::parse);
    Some((parts.next()?.ok()?, parts.next()?.ok()?))
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder can be made");
    for entry in fs::read_dir(from).expect("a folder can be read") {
        let entry = entry.expect("a folder can be read");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("a file has a type").is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("a file can be copied");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_by_number() {
        assert_eq!(parse_version("nats-server: v2.15.1\n"), Some((2, 15)));
        assert!(parse_version("nats-server: v2.9.10").unwrap() < OLDEST);
        assert!(parse_version("nats-server: v2.11.0-RC.1").unwrap() >= OLDEST);
        assert_eq!(parse_version("something else"), None);
    }
}
