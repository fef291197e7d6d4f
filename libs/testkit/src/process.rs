//! A server that cannot outlive the test that started it.

use std::ffi::OsString;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use nix::sys::signal::{self, Signal};
use nix::unistd::{Pid, User};

/// Starts the server and waits at its standard input. A line means: end the server, leave the folder. The end of
/// input means that the test is gone: end the server and remove the folder.
const WATCHDOG: &str = r#"
folder=$1 log=$2 stop=$3
shift 3
"$@" </dev/null >>"$log" 2>&1 &
server=$!
echo $server
exec >/dev/null
if read -r word; then
    kill -KILL $server
    wait $server
else
    kill -$stop $server
    kill -CONT $server
    wait $server
    rm -rf "$folder"
fi
"#;

/// The most a server takes to obey a signal.
const SIGNAL_WITHIN: Duration = Duration::from_secs(30);

const POLL_EVERY: Duration = Duration::from_millis(10);

/// How to start a server.
pub(crate) struct Spec {
    /// The program and its arguments.
    pub(crate) command: Vec<OsString>,
    /// All that the server leaves behind.
    pub(crate) folder: PathBuf,
    /// Who to run it as, if not as ourselves.
    pub(crate) user: Option<User>,
    /// The signal that ends it soonest without leaving anything behind.
    pub(crate) stop: Signal,
}

/// A running server under the eyes of its watchdog.
pub(crate) struct Server {
    watchdog: Child,
    pid: Pid,
    folder: PathBuf,
}

impl Server {
    pub(crate) fn start(spec: &Spec) -> Self {
        let mut command = Command::new("/bin/sh");
        command
            .args(["-c", WATCHDOG, "watchdog"])
            .arg(&spec.folder)
            .arg(log(&spec.folder))
            .arg(spec.stop.as_str().trim_start_matches("SIG"))
            .args(&spec.command)
            .current_dir(&spec.folder)
            // Out of the test's group: Ctrl-C ends the test, and by that the server.
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        as_user(&mut command, spec.user.as_ref());
        let mut watchdog = command.spawn().expect("/bin/sh starts");
        let mut line = String::new();
        BufReader::new(watchdog.stdout.take().expect("standard output is piped"))
            .read_line(&mut line)
            .expect("the watchdog tells the server's process id");
        let pid = Pid::from_raw(line.trim().parse().expect("a process id"));
        Self {
            watchdog,
            pid,
            folder: spec.folder.clone(),
        }
    }

    /// Waits until `ready`; `false` if the server ended before.
    pub(crate) fn wait_ready(&self, deadline: Duration, mut ready: impl FnMut() -> bool) -> bool {
        let end = Instant::now() + deadline;
        while !ready() {
            if !self.is_running() {
                return false;
            }
            assert!(
                Instant::now() < end,
                "the server is not ready after {deadline:?}:\n{}",
                self.log()
            );
            sleep(POLL_EVERY);
        }
        true
    }

    pub(crate) fn signal(&self, signal: Signal) {
        signal::kill(self.pid, signal).expect("the server's process is ours");
    }

    /// Sends the signal and waits until the server is gone.
    pub(crate) fn end(&self, signal: Signal) {
        self.signal(signal);
        self.signal(Signal::SIGCONT);
        let end = Instant::now() + SIGNAL_WITHIN;
        while self.is_running() {
            assert!(Instant::now() < end, "the server does not end on {signal}");
            sleep(POLL_EVERY);
        }
    }

    /// Stops it, all its threads, until [`Signal::SIGCONT`].
    pub(crate) fn pause(&self) {
        self.signal(Signal::SIGSTOP);
        let end = Instant::now() + SIGNAL_WITHIN;
        while self
            .states()
            .iter()
            .any(|state| !matches!(state, 'T' | 'Z' | 'X'))
        {
            assert!(Instant::now() < end, "the server does not stop");
            sleep(POLL_EVERY);
        }
    }

    pub(crate) fn is_running(&self) -> bool {
        // A process that ended stays as a zombie until the watchdog looks, so a signal would not tell.
        self.states()
            .iter()
            .any(|state| !matches!(state, 'Z' | 'X'))
    }

    /// The state of each thread, as `ps` shows it.
    fn states(&self) -> Vec<char> {
        let Ok(threads) = fs::read_dir(format!("/proc/{}/task", self.pid)) else {
            return Vec::new();
        };
        threads
            .filter_map(|thread| {
                let stat = fs::read_to_string(thread.ok()?.path().join("stat")).ok()?;
                // The name before it is free text in brackets.
                stat.rsplit_once(") ")?.1.chars().next()
            })
            .collect()
    }

    /// The server's own words.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(log(&self.folder)).unwrap_or_default()
    }

    /// Starts a successor in the same folder, in place of a server that ended.
    pub(crate) fn replace(&mut self, spec: &Spec) {
        // First the new watchdog, then the old one's leave: one of them guards the folder at any time.
        let old = std::mem::replace(self, Self::start(spec));
        old.leave_folder();
    }

    /// Ends the server and leaves its folder alone.
    pub(crate) fn leave_folder(mut self) {
        if let Some(mut input) = self.watchdog.stdin.take() {
            // Fails if the watchdog is gone, and then the server is too.
            let _ = input.write_all(b"leave\n");
        }
        let _ = self.watchdog.wait();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.watchdog.stdin.take());
        let _ = self.watchdog.wait();
    }
}

fn log(folder: &Path) -> PathBuf {
    folder.join("server.log")
}

pub(crate) fn as_user(command: &mut Command, user: Option<&User>) {
    if let Some(user) = user {
        command.uid(user.uid.as_raw()).gid(user.gid.as_raw());
    }
}

/// A port that was free a moment ago.
pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    listener.local_addr().expect("a bound address").port()
}

/// The first program of this name on the path.
pub(crate) fn on_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}
