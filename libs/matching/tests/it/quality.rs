//! The quality of decisions over labelled streams, with limits that can fail.

use std::{
    collections::{HashMap, HashSet},
    path::Path,
};

use matching::{
    decide::Verdict,
    population::Population,
    record::{Received, Record},
};
use serde_json::Value;

use crate::submission::model;

/// Decided on arrival, then closed.
struct Outcome {
    /// Person by label, and by decision, of each lead.
    leads: Vec<(String, usize)>,
    reviews: usize,
    true_reviews: usize,
}

#[test]
fn the_stream_of_whole_persons_is_decided_well() {
    let outcome = decided("persons.jsonl");
    let (precision, recall) = outcome.pairs();
    assert!(precision >= 0.97, "precision {precision:.3}");
    assert!(recall >= 0.83, "recall {recall:.3}");
    let mixed = outcome.mixed();
    assert!(
        mixed * 25 <= outcome.leads.len(),
        "{mixed} leads in mixed persons"
    );
    assert!(
        outcome.reviews * 12 <= outcome.leads.len(),
        "{} reviews",
        outcome.reviews
    );
    assert!(
        outcome.true_reviews * 10 >= outcome.reviews * 4,
        "{} of {} reviews are true",
        outcome.true_reviews,
        outcome.reviews
    );
}

#[test]
fn the_short_stream_is_decided_well() {
    let (precision, recall) = decided("leads.jsonl").pairs();
    assert!(precision >= 0.95, "precision {precision:.3}");
    assert!(recall >= 0.75, "recall {recall:.3}");
}

#[test]
fn the_same_stream_is_decided_the_same_way() {
    let persons = |outcome: Outcome| outcome.leads;
    assert_eq!(
        persons(decided("leads.jsonl")),
        persons(decided("leads.jsonl"))
    );
}

impl Outcome {
    /// Precision and recall over pairs of leads.
    fn pairs(&self) -> (f64, f64) {
        let pairs = |sizes: HashMap<(Option<&str>, Option<usize>), usize>| -> f64 {
            let all: usize = sizes.values().map(|size| size * (size - 1) / 2).sum();
            f64::from(u32::try_from(all).unwrap())
        };
        let (mut labelled, mut decided, mut both) =
            (HashMap::new(), HashMap::new(), HashMap::new());
        for (label, person) in &self.leads {
            *labelled.entry((Some(label.as_str()), None)).or_default() += 1;
            *decided.entry((None, Some(*person))).or_default() += 1;
            *both
                .entry((Some(label.as_str()), Some(*person)))
                .or_default() += 1;
        }
        let right = pairs(both);
        (right / pairs(decided), right / pairs(labelled))
    }

    /// Leads of decided persons that hold more than one by label.
    fn mixed(&self) -> usize {
        let mut labels: HashMap<usize, HashSet<&str>> = HashMap::new();
        for (label, person) in &self.leads {
            labels.entry(*person).or_default().insert(label);
        }
        let mixed = |person: &usize| labels.get(person).is_some_and(|labels| labels.len() > 1);
        self.leads
            .iter()
            .filter(|(_, person)| mixed(person))
            .count()
    }
}

fn decided(file: &str) -> Outcome {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests/data")
        .join(file);
    let text = std::fs::read_to_string(path).unwrap();
    let mut population: Population<usize> = Population::new();
    let mut labels: Vec<String> = Vec::new();
    let (mut reviews, mut true_reviews) = (0, 0);
    for (number, line) in text.lines().enumerate() {
        let lead: Value = serde_json::from_str(line).unwrap();
        let record = Record::read(&received(&lead));
        let label = lead["true_person_id"].as_str().unwrap();
        let person = match population.decide(model(), &record).verdict {
            Verdict::Same { person, merges } => {
                for merged in merges {
                    population.merge(person, merged);
                }
                person
            }
            Verdict::Review { persons } => {
                // A new person has the number of its first lead.
                reviews += persons.len();
                true_reviews += persons
                    .iter()
                    .filter(|shown| labels[**shown] == label)
                    .count();
                number
            }
            Verdict::New | Verdict::Unidentified => number,
        };
        population.add(person, record);
        labels.push(label.to_owned());
    }
    let leads = labels.into_iter().zip(population.persons()).collect();
    Outcome {
        leads,
        reviews,
        true_reviews,
    }
}

pub(crate) fn received(lead: &Value) -> Received<'_> {
    let text = |field: &str| lead[field].as_str();
    let list = |field: &str| {
        let values = lead[field].as_array().into_iter().flatten();
        values.filter_map(Value::as_str).collect()
    };
    Received {
        full_name: text("full_name"),
        given_name: text("given_name"),
        family_name: text("family_name"),
        organisation: text("organisation"),
        emails: list("emails"),
        phones: list("phones"),
        city: text("city"),
        country: text("country"),
        message: text("message"),
        locale: text("locale"),
        from_partner: text("channel") == Some("partner"),
        day: Some(day(text("received_at").unwrap())),
        ..Received::default()
    }
}

/// Days since 1970-01-01 of `2025-03-19T…`, by the civil calendar.
fn day(instant: &str) -> i32 {
    let part = |range: std::ops::Range<usize>| -> i32 { instant[range].parse().unwrap() };
    let (year, month, day) = (part(0..4), part(5..7), part(8..10));
    // Years begin in March, so that the leap day is the last one.
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let leaps = year / 4 - year / 100 + year / 400;
    365 * year + leaps + (153 * month + 2) / 5 + day - 1 - 719_468
}
