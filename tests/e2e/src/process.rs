//! One process of the platform: started, watched, killed and paused by its pid.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::Read as _,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

/// A running `tributary …`.
pub struct Process {
    /// Name in reports.
    pub name: String,
    /// Ops port.
    pub ops: u16,
    /// Where it writes what it says.
    pub log: PathBuf,
    arguments: Vec<String>,
    environment: BTreeMap<String, String>,
    child: Child,
}

/// The binary under test: beside the test's own, in the same profile.
pub fn binary() -> Result<PathBuf> {
    let own = std::env::current_exe()?;
    own.ancestors()
        .map(|folder| folder.join("tributary"))
        .find(|path| path.is_file())
        .context("the binary `tributary` is not built: cargo build --workspace --bins")
}

impl Process {
    /// Starts the binary; returns at once.
    pub fn start(
        name: &str,
        arguments: &[&str],
        environment: BTreeMap<String, String>,
        ops: u16,
        folder: &Path,
    ) -> Result<Self> {
        let arguments: Vec<String> = arguments
            .iter()
            .map(|argument| (*argument).to_owned())
            .collect();
        let log = folder.join(format!("{name}.log"));
        let child = spawn(&arguments, &environment, &log)?;
        Ok(Self {
            name: name.to_owned(),
            ops,
            log,
            arguments,
            environment,
            child,
        })
    }

    /// Its pid.
    pub fn pid(&self) -> i32 {
        i32::try_from(self.child.id()).unwrap_or(i32::MAX)
    }

    /// Changes a variable of its environment, for when it is started again.
    pub fn set(&mut self, key: &str, value: &str) {
        self.environment.insert(key.to_owned(), value.to_owned());
    }

    /// Starts it again with the same arguments.
    pub fn restart(&mut self) -> Result<()> {
        self.child = spawn(&self.arguments, &self.environment, &self.log)?;
        Ok(())
    }

    /// Kills it with no chance to clean up.
    pub fn kill9(&mut self) -> Result<()> {
        kill(Pid::from_raw(self.pid()), Signal::SIGKILL)?;
        self.child.wait()?;
        Ok(())
    }

    /// Stops it in its tracks until [`Process::resume`].
    pub fn pause(&self) -> Result<()> {
        Ok(kill(Pid::from_raw(self.pid()), Signal::SIGSTOP)?)
    }

    /// Lets a paused process go on.
    pub fn resume(&self) -> Result<()> {
        Ok(kill(Pid::from_raw(self.pid()), Signal::SIGCONT)?)
    }

    /// Asks it to stop and waits for it; an error if it takes longer than `within`.
    pub fn terminate(&mut self, within: Duration) -> Result<(ExitStatus, Duration)> {
        kill(Pid::from_raw(self.pid()), Signal::SIGTERM)?;
        let begun = Instant::now();
        while begun.elapsed() < within {
            if let Some(status) = self.child.try_wait()? {
                return Ok((status, begun.elapsed()));
            }
            std::thread::park_timeout(Duration::from_millis(20));
        }
        bail!("{} did not stop within {within:?}", self.name)
    }

    /// Whether it still runs.
    pub fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Memory held now, KiB (`VmRSS`).
    pub fn resident_kib(&self) -> Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid()))?;
        let line = status
            .lines()
            .find(|line| line.starts_with("VmRSS:"))
            .context("VmRSS")?;
        let number = line
            .split_whitespace()
            .nth(1)
            .context("VmRSS has no number")?;
        Ok(number.parse()?)
    }

    /// Processor time used so far, in user and system mode (ticks of 10 ms).
    pub fn cpu(&self) -> Result<Duration> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.pid()))?;
        // The name in parentheses may hold spaces; fields are counted after it.
        let (_, rest) = stat.rsplit_once(')').context("stat")?;
        let ticks = rest
            .split_whitespace()
            .skip(11)
            .take(2)
            .map(str::parse::<u64>);
        let ticks: u64 = ticks.sum::<Result<u64, _>>()?;
        Ok(Duration::from_millis(ticks * 10))
    }

    /// What it said last.
    pub fn tail(&self, lines: usize) -> String {
        let mut text = String::new();
        if let Ok(mut file) = File::open(&self.log) {
            let _ = file.read_to_string(&mut text);
        }
        let all: Vec<&str> = text.lines().collect();
        all[all.len().saturating_sub(lines)..].join("\n")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn spawn(
    arguments: &[String],
    environment: &BTreeMap<String, String>,
    log: &Path,
) -> Result<Child> {
    let out = File::options().create(true).append(true).open(log)?;
    let mut command = Command::new(binary()?);
    command
        .args(arguments)
        .envs(environment)
        .stdin(Stdio::null());
    command.stdout(out.try_clone()?).stderr(out);
    command.spawn().context("start tributary")
}
