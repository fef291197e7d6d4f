//! Runs the binary that was built for this test.

use std::{
    io::{BufRead, BufReader, Read},
    path::Path,
    process::{Child, ChildStdout, Command, Output, Stdio},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

/// A command that sees nothing of the machine's own settings.
pub(crate) fn tributary(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tributary"));
    command.env_clear().current_dir(folder).args(arguments);
    command
}

/// (exit code, standard output, standard error).
pub(crate) fn ended(output: &Output) -> (i32, String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (
        output.status.code().unwrap(),
        text(&output.stdout),
        text(&output.stderr),
    )
}

pub(crate) fn run(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    ended(&tributary(folder, arguments).output().unwrap())
}

/// A `tributary dev` that is up; killed if the test ends without it having ended.
pub(crate) struct Dev {
    child: Child,
    output: BufReader<ChildStdout>,
    pub(crate) lines: Vec<String>,
}

impl Dev {
    /// Starts it and waits until it says that it is ready.
    pub(crate) fn start(folder: &Path, arguments: &[&str]) -> Self {
        let mut command = tributary(folder, &["dev", "--port", "0"]);
        command
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit());
        let mut child = command.spawn().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let mut dev = Self {
            child,
            output,
            lines: Vec::new(),
        };
        loop {
            let line = dev.next_line();
            if line.starts_with("Ready in ") {
                return dev;
            }
            dev.lines.push(line);
        }
    }

    /// What it says next; waits for it.
    pub(crate) fn next_line(&mut self) -> String {
        let mut line = String::new();
        let read = self.output.read_line(&mut line).unwrap();
        assert!(read > 0, "it ended early, after {:?}", self.lines);
        line.trim_end().to_owned()
    }

    /// What a line of the address list says.
    pub(crate) fn row(&self, name: &str) -> &str {
        let row = self
            .lines
            .iter()
            .find_map(|line| line.trim_start().strip_prefix(name));
        row.unwrap_or_else(|| panic!("no {name} in {:?}", self.lines))
            .trim()
    }

    /// Presses Ctrl-C; returns the exit code and what it still said.
    pub(crate) fn interrupt(mut self) -> (i32, String) {
        let pid = Pid::from_raw(self.child.id().try_into().unwrap());
        kill(pid, Signal::SIGINT).unwrap();
        let mut rest = String::new();
        self.output.read_to_string(&mut rest).unwrap();
        (self.child.wait().unwrap().code().unwrap(), rest)
    }
}

impl Drop for Dev {
    fn drop(&mut self) {
        // Already gone if the test went well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
