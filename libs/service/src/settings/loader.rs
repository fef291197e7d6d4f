//! Puts the layers on top of one another and refuses what no `settings.toml` knows.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path as FilePath,
};

use toml::{Table, Value};

use super::{Entry, Environment, Error, Origin, Path, Settings, value};

/// Sections of the process itself.
const SHARED: &str = include_str!("../../settings.toml");

/// A key is close enough to be meant if this similar; found by trying usual slips of the pen.
const SIMILAR: f64 = 0.7;

/// Settings known by name, and the tables in which any key is welcome (empty in the defaults).
type Defaults = (BTreeMap<Path, Entry>, BTreeSet<Path>);

/// The settings that one `settings.toml` knows; it holds the section `[name]` alone.
pub(super) fn defaults(name: &str, settings: &str) -> Result<Defaults, Error> {
    let table: Table = settings
        .parse()
        .map_err(|error| Error::new(format!("embedded settings of {name}: {error}")))?;
    if let Some(other) = table.keys().find(|key| *key != name) {
        return Err(Error::new(format!(
            "embedded settings of {name}: section [{other}]"
        )));
    }
    Ok(known(table))
}

fn known(table: Table) -> Defaults {
    let (mut entries, mut open) = (BTreeMap::new(), BTreeSet::new());
    flatten(&[], table, &mut |path, value| match value {
        Value::Table(_) => {
            open.insert(path);
        }
        value => {
            entries.insert(
                path,
                Entry {
                    value,
                    origin: Origin::Default,
                },
            );
        }
    });
    (entries, open)
}

/// Visits each value that is not a table, and each empty table.
fn flatten(parents: &[String], table: Table, visit: &mut impl FnMut(Path, Value)) {
    for (key, value) in table {
        let mut path = parents.to_vec();
        path.push(key);
        match value {
            Value::Table(inner) if !inner.is_empty() => flatten(&path, inner, visit),
            value => visit(path, value),
        }
    }
}

/// Collects the layers; [`Loader::load`] makes [`Settings`] of them.
#[derive(Debug)]
pub struct Loader {
    entries: BTreeMap<Path, Entry>,
    open: BTreeSet<Path>,
    problems: Vec<String>,
}

impl Loader {
    /// Begins with the defaults of the process and of the services given as (name, settings).
    ///
    /// Give all services of the program, not only those that run in this process: one settings
    /// file serves them all.
    pub fn new<'a>(services: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut loader = Self {
            entries: BTreeMap::new(),
            open: BTreeSet::new(),
            problems: Vec::new(),
        };
        match SHARED.parse() {
            Ok(table) => loader.know(known(table)),
            Err(error) => loader.problems.push(format!("embedded settings: {error}")),
        }
        for (name, settings) in services {
            let upstream = Entry {
                value: Value::String(String::new()),
                origin: Origin::Default,
            };
            loader
                .entries
                .insert(vec!["upstream".to_owned(), name.to_owned()], upstream);
            match defaults(name, settings) {
                Ok(defaults) => loader.know(defaults),
                Err(error) => loader.problems.extend(error.problems),
            }
        }
        loader
    }

    fn know(&mut self, (entries, open): Defaults) {
        self.entries.extend(entries);
        self.open.extend(open);
    }

    /// What a mode of the program presets.
    #[must_use]
    pub fn preset(mut self, mode: &'static str, values: &[(&str, &str)]) -> Self {
        for (key, text) in values {
            let path = key.split('.').map(str::to_owned).collect();
            self.set_text(path, text, Origin::Preset(mode));
        }
        self
    }

    /// A TOML file. A relative name is kept as given, so that messages name it as the caller did.
    #[must_use]
    pub fn file(mut self, file: &FilePath) -> Self {
        let name = file.display().to_string();
        match std::fs::read_to_string(file) {
            Ok(text) => self.toml(&name, &text),
            Err(error) => self.problems.push(format!("cannot read {name}: {error}")),
        }
        self
    }

    fn toml(&mut self, name: &str, text: &str) {
        let table = match text.parse::<Table>() {
            Ok(table) => table,
            Err(error) => return self.problems.push(format!("{name}: {error}")),
        };
        let mut given = Vec::new();
        flatten(&[], table, &mut |path, value| given.push((path, value)));
        for (path, value) in given {
            let origin = Origin::File(name.to_owned());
            match (self.target(&path), value) {
                (Target::Secret(_), Value::String(file)) => self.set_text(path, &file, origin),
                (Target::Known(default), value) => {
                    self.set(path, value::of_kind(&default, value), origin);
                }
                (Target::Open, value) => self.set(path, Ok(value), origin),
                // An empty section says nothing.
                (Target::Unknown, Value::Table(_)) if self.is_section(&path) => {}
                (Target::Unknown | Target::Secret(_), _) => self.refuse(&path, &origin),
            }
        }
    }

    /// The variables `TRIBUTARY__<SECTION>__<KEY>`, `DATABASE_URL` and `NATS_URL`; each may end in
    /// `_FILE` and then names the file that holds the value.
    #[must_use]
    pub fn environment(mut self, environment: &Environment) -> Self {
        for (variable, path, text) in environment.settings() {
            self.set_text(path, &text, Origin::Variable(variable));
        }
        self
    }

    /// A flag of the command line.
    #[must_use]
    pub fn flag(mut self, flag: &'static str, key: &str, text: &str) -> Self {
        let path = key.split('.').map(str::to_owned).collect();
        self.set_text(path, text, Origin::Flag(flag));
        self
    }

    /// The settings in force, or everything that is wrong with them.
    pub fn load(self) -> Result<Settings, Error> {
        if self.problems.is_empty() {
            Ok(Settings {
                entries: self.entries,
            })
        } else {
            Err(Error {
                problems: self.problems,
            })
        }
    }

    fn set_text(&mut self, path: Path, text: &str, origin: Origin) {
        match self.target(&path) {
            Target::Known(default) => self.set(path, value::from_text(&default, text), origin),
            Target::Open => self.set(path, Ok(Value::String(text.to_owned())), origin),
            Target::Unknown => self.refuse(&path, &origin),
            Target::Secret(key) => match std::fs::read_to_string(text) {
                Ok(secret) => self.set_text(key, secret.trim_end(), origin),
                Err(error) => self.problems.push(format!(
                    "setting {} (from {origin}): cannot read {text}: {error}",
                    key.join("."),
                )),
            },
        }
    }

    fn set(&mut self, path: Path, value: Result<Value, String>, origin: Origin) {
        match value {
            Ok(value) => {
                self.entries.insert(path, Entry { value, origin });
            }
            Err(wrong) => self.problems.push(format!(
                "setting {} (from {origin}): {wrong}",
                path.join(".")
            )),
        }
    }

    fn target(&self, path: &Path) -> Target {
        if let Some(entry) = self.entries.get(path) {
            return Target::Known(entry.value.clone());
        }
        let secret = path.split_last().and_then(|(last, parents)| {
            let mut key = parents.to_vec();
            key.push(last.strip_suffix("_file")?.to_owned());
            self.entries.get(&key)?.value.is_str().then_some(key)
        });
        match secret {
            Some(key) => Target::Secret(key),
            None if self.open.iter().any(|open| path.starts_with(open)) => Target::Open,
            None => Target::Unknown,
        }
    }

    fn is_section(&self, path: &[String]) -> bool {
        self.entries.keys().any(|known| known.starts_with(path))
    }

    fn refuse(&mut self, path: &[String], origin: &Origin) {
        let key = path.join(".");
        let close = self
            .entries
            .keys()
            .map(|known| known.join("."))
            .map(|known| (strsim::normalized_damerau_levenshtein(&known, &key), known))
            .filter(|(similarity, _)| *similarity >= SIMILAR)
            .max_by(|a, b| a.0.total_cmp(&b.0));
        let hint = match close {
            Some((_, known)) => format!(": did you mean {known}?"),
            None => ": `tributary config show` lists all settings".to_owned(),
        };
        self.problems
            .push(format!("unknown setting {key} (from {origin}){hint}"));
    }
}

/// What a key path stands for.
enum Target {
    /// A setting with this value so far, which tells its kind.
    Known(Value),
    /// `<key>_file`: the value of this key is in a file.
    Secret(Path),
    /// A key of a table in which any key is welcome.
    Open,
    Unknown,
}
