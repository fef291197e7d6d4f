//! Where words are found: in the bytes of all files, and in all rows of all tables.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use e2e::platform::SERVICES;
use faults::books::Databases;

use crate::erasure::story::Somebody;

/// Of each word, the files in which it stands, in whatever case.
pub(crate) fn in_files(folder: &Path, people: &[Somebody]) -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let bytes = fs::read(&path).unwrap().to_ascii_lowercase();
            for somebody in people {
                let word = somebody.word.as_bytes();
                if let Some(place) = bytes.windows(word.len()).position(|part| part == word) {
                    let around = &bytes[place.saturating_sub(60)..(place + 60).min(bytes.len())];
                    let around = String::from_utf8_lossy(around).into_owned();
                    let name = path.file_name().unwrap().to_string_lossy().into_owned();
                    let found = found.entry(somebody.word.clone()).or_default();
                    found.insert(format!("{name}: {around:?}"));
                }
            }
        }
    }
    found
}

/// Of each word, the places in which it stands, besides what was announced.
pub(crate) async fn in_tables(
    databases: &Databases,
    people: &[Somebody],
) -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for service in SERVICES {
        let database = databases.of(service).unwrap();
        for somebody in people {
            for place in testkit::places_of(database, &somebody.word).await {
                let found = found.entry(somebody.word.clone()).or_default();
                found.insert(format!("{service}.{place}"));
            }
        }
    }
    found
}
