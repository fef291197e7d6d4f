//! The environment of the process: the only place that reads it.

use std::collections::BTreeMap;

/// Variables that begin like this are settings: `TRIBUTARY__INTAKE__BATCH_MAX`.
const PREFIX: &str = "TRIBUTARY__";

/// Well-known variables that people already have set. The long name wins where both are set.
const ALIASES: [(&str, [&str; 2]); 3] = [
    ("DATABASE_URL", ["database", "url"]),
    ("NATS_URL", ["nats", "url"]),
    ("OTEL_EXPORTER_OTLP_ENDPOINT", ["telemetry", "endpoint"]),
];

/// Environment variables, of this process or made up by a test.
#[derive(Debug, Clone, Default)]
pub struct Environment(BTreeMap<String, String>);

impl Environment {
    /// The variables of this process.
    pub fn of_process() -> Self {
        let text = |it: std::ffi::OsString| it.to_string_lossy().into_owned();
        Self(
            std::env::vars_os()
                .map(|(name, value)| (text(name), text(value)))
                .collect(),
        )
    }

    /// These variables and no others.
    pub fn of<'a>(variables: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        Self(variables.into_iter().map(owned).collect())
    }

    /// The value of a variable, if it is set and not empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    /// (variable, key path, value) of each variable that is a setting, weakest first.
    pub(super) fn settings(&self) -> Vec<(String, Vec<String>, String)> {
        let mut found = Vec::new();
        for (alias, path) in ALIASES {
            for suffix in ["", "_FILE"] {
                let name = format!("{alias}{suffix}");
                if let Some(value) = self.get(&name) {
                    let [section, key] = path;
                    let key = format!("{key}{}", suffix.to_lowercase());
                    found.push((
                        name.clone(),
                        vec![section.to_owned(), key],
                        value.to_owned(),
                    ));
                }
            }
        }
        for (name, value) in &self.0 {
            if let Some(rest) = name.strip_prefix(PREFIX) {
                let path = rest.split("__").map(str::to_lowercase).collect();
                found.push((name.clone(), path, value.clone()));
            }
        }
        found
    }
}
