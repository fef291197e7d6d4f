//! Settings of a process: defaults < preset < `--config` file < environment < flags.
//!
//! The embedded `settings.toml` files name every setting there is; a key that none of them has is
//! refused, so that a slip of the pen cannot leave a default in force unseen.

mod environment;
mod loader;
mod shared;
mod units;
mod value;

use std::{collections::BTreeMap, fmt};

use serde::de::DeserializeOwned;
use toml::{Table, Value};

pub use self::{
    environment::Environment,
    loader::Loader,
    shared::{Access, Listen, Shared},
    units::{duration, durations, parse_duration, parse_size, size},
    value::without_password,
};

/// Where the value of a setting came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The embedded `settings.toml`.
    Default,
    /// What a mode of the program presets, such as `tributary dev`.
    Preset(&'static str),
    /// The file named by `--config`.
    File(String),
    /// An environment variable.
    Variable(String),
    /// A flag of the command line.
    Flag(&'static str),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::Preset(name) | Self::Flag(name) => f.write_str(name),
            Self::File(name) | Self::Variable(name) => f.write_str(name),
        }
    }
}

/// What is wrong with the settings, all of it at once.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", problems.join("\n"))]
pub struct Error {
    problems: Vec<String>,
}

impl Error {
    /// One problem that a service found in its settings: `` `intake.batch_max` must not be 0 ``.
    pub fn new(problem: impl Into<String>) -> Self {
        Self {
            problems: vec![problem.into()],
        }
    }

    /// Each problem, a sentence of its own.
    pub fn problems(&self) -> &[String] {
        &self.problems
    }
}

/// A path of keys: `["intake", "batch_max"]`.
type Path = Vec<String>;

#[derive(Debug, Clone)]
struct Entry {
    value: Value,
    origin: Origin,
}

/// The settings in force, each with its origin.
#[derive(Clone)]
pub struct Settings {
    entries: BTreeMap<Path, Entry>,
}

impl Settings {
    /// The section `[name]`.
    pub fn section(&self, name: &str) -> Section {
        let own = |path: &Path| path.first().is_some_and(|first| first == name);
        Section {
            name: name.to_owned(),
            entries: self
                .entries
                .iter()
                .filter(|(path, _)| own(path))
                .map(|(path, entry)| (path.clone(), entry.clone()))
                .collect(),
        }
    }

    /// The text of one setting, if it is a text and not empty.
    pub fn text(&self, key: &str) -> Option<&str> {
        let path: Path = key.split('.').map(str::to_owned).collect();
        let text = self.entries.get(&path)?.value.as_str()?;
        (!text.is_empty()).then_some(text)
    }

    /// Each setting as (key, value, origin), sorted; secrets are masked.
    pub fn shown(&self) -> Vec<(String, String, Origin)> {
        self.entries
            .iter()
            .map(|(path, entry)| {
                (
                    path.join("."),
                    value::shown(path, &entry.value),
                    entry.origin.clone(),
                )
            })
            .collect()
    }

    /// The sections of the process itself.
    pub fn shared(&self) -> Result<Shared, Error> {
        Shared::read(self)
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.shown()).finish()
    }
}

/// One section, to be read into the type that a service has for it.
#[derive(Clone)]
pub struct Section {
    name: String,
    entries: BTreeMap<Path, Entry>,
}

impl Section {
    /// The defaults of a service, for a test that starts no process.
    pub fn of_defaults(name: &str, settings: &str) -> Result<Self, Error> {
        let (entries, _) = loader::defaults(name, settings)?;
        Ok(Self {
            name: name.to_owned(),
            entries,
        })
    }

    /// Reads the section. Give the type `#[serde(deny_unknown_fields)]`, so that `settings.toml`
    /// names no setting that nobody reads.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, Error> {
        let mut table = Table::new();
        for (path, entry) in &self.entries {
            insert(&mut table, path.get(1..).unwrap_or_default(), &entry.value);
        }
        Value::Table(table)
            .try_into()
            .map_err(|error| self.explain(&error))
    }

    /// serde names the key; the reader also needs to know where its value came from.
    fn explain(&self, error: &toml::de::Error) -> Error {
        let message = error.to_string();
        let message = message.trim();
        let culprit = self.entries.iter().find(|(path, _)| {
            let key = path.get(1..).unwrap_or_default().join(".");
            message.ends_with(&format!("`{key}`"))
        });
        let reason = message.lines().next().unwrap_or_default();
        Error::new(match culprit {
            Some((path, entry)) => {
                format!(
                    "setting {} (from {}): {reason}",
                    path.join("."),
                    entry.origin
                )
            }
            None => format!("section [{}]: {}", self.name, message.replace('\n', " ")),
        })
    }
}

fn insert(table: &mut Table, path: &[String], value: &Value) {
    match path {
        [] => {}
        [key] => {
            table.insert(key.clone(), value.clone());
        }
        [key, rest @ ..] => {
            let inner = table
                .entry(key)
                .or_insert_with(|| Value::Table(Table::new()));
            if let Value::Table(inner) = inner {
                insert(inner, rest, value);
            }
        }
    }
}
