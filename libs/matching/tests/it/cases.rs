//! Stored cases reproduce their decisions, and show what other rules would have decided.

use std::{fmt, path::Path};

use matching::{
    case::Case,
    decide::{self, Rulings, Verdict},
    explain::{self, Explanation},
    model::Model,
    population::Population,
    record::Record,
    trial::{Change, Trial},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    quality::received,
    submission::{Shown, call, mail, model},
};

/// An id as long as those that services store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
struct Id(u128);

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hex = format!("{:032x}", self.0);
        let (a, b, c) = (&hex[..8], &hex[8..12], &hex[12..16]);
        write!(f, "{a}-{b}-{c}-{}-{}", &hex[16..20], &hex[20..])
    }
}

impl From<Id> for String {
    fn from(id: Id) -> Self {
        id.to_string()
    }
}

impl TryFrom<String> for Id {
    type Error = std::num::ParseIntError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        u128::from_str_radix(&text.replace('-', ""), 16).map(Self)
    }
}

/// A decision, as a service stores it.
struct Stored {
    case: String,
    explanation: String,
    told: Explanation<Id>,
}

/// Decides about each record on arrival. People rule about every seventh one.
fn stored(records: &[Record]) -> Vec<Stored> {
    let mut population: Population<Id> = Population::new();
    let mut all = Vec::new();
    for (number, record) in (0_u32..).zip(records) {
        let found = population.look_up(record);
        let mut rulings = Rulings::default();
        if let (0, [first, .., last]) = (number % 7, found.candidates.as_slice()) {
            rulings.apart.push((first.person, last.person));
            rulings.not.push(last.person);
        }
        let decision = decide::decide(model(), record, &found.candidates, &found.counts, &rulings);
        let told = explain::explain(model(), record, &decision);
        let case = Case::of(record, &found.candidates, &found.counts, &rulings);
        all.push(Stored {
            case: serde_json::to_string(&case).unwrap(),
            explanation: serde_json::to_string(&told).unwrap(),
            told,
        });
        let person = match decision.verdict {
            Verdict::Same { person, merges } => {
                for merged in merges {
                    population.merge(person, merged);
                }
                person
            }
            _ => Id((0x0198_5d3c << 96) + u128::from(number)),
        };
        population.add(person, record.clone());
    }
    all
}

fn labelled(file: &str) -> Vec<Record> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/data");
    let text = std::fs::read_to_string(folder.join(file)).unwrap();
    let leads = text.lines().map(|line| serde_json::from_str(line).unwrap());
    leads
        .map(|lead: Value| Record::read(&received(&lead)))
        .collect()
}

#[test]
fn every_decision_of_a_stream_is_reproduced_exactly() {
    let records: Vec<Record> = ["persons.jsonl", "leads.jsonl"]
        .iter()
        .flat_map(|file| labelled(file))
        .collect();
    let decisions = stored(&records);
    for Stored {
        case,
        explanation,
        told,
    } in &decisions
    {
        let case: Case<Id> = serde_json::from_str(case).unwrap();
        assert_eq!(&case.explain(model()), told);
        let read: Explanation<Id> = serde_json::from_str(explanation).unwrap();
        assert_eq!(&read, told);
    }
    let mean =
        |size: fn(&Stored) -> usize| decisions.iter().map(size).sum::<usize>() / decisions.len();
    let (case, explanation) = (
        mean(|stored| stored.case.len()),
        mean(|stored| stored.explanation.len()),
    );
    assert!(case < 350, "{case} bytes a case");
    assert!(explanation < 450, "{explanation} bytes an explanation");
}

#[test]
fn a_stored_case_is_short() {
    let ordinary = Shown {
        organisation: "SIA „Ausma Jūras Serviss”",
        city: "Liepāja",
        day: 20_000,
        ..mail("Jānis Bērziņš", "janis.berzins@ausmajuras.lv")
    };
    let number = "+37126555142";
    let row = [
        ordinary,
        call("Nora Field", number),
        mail("Nora Field", "nora85@inbox.lv"),
        call("Peter Field", number),
        Shown {
            email: "nora85@inbox.lv",
            ..call("Nora Field", number)
        },
        call("Nora", number),
        call("Field N.", number),
    ];
    let records: Vec<Record> = row.iter().map(|shown| shown.record()).collect();
    let decisions = stored(&records);
    let first = decisions.first().unwrap();
    assert_eq!(first.told.verdict, "new");
    assert!(first.case.len() < 150, "{}", first.case);

    let three: Vec<_> = (0..3)
        .map(|person| {
            (
                Id(person),
                records[1..]
                    .iter()
                    .take(1 + usize::from(person != 1))
                    .collect(),
            )
        })
        .map(|(person, records)| matching::compare::Candidate::new(person, records))
        .collect();
    let case = Case::of(
        &records[4],
        &three,
        &matching::keys::Lookup::of(&records[4])
            .counted()
            .into_iter()
            .map(|key| (key, 12_345))
            .collect(),
        &Rulings::default(),
    );
    let json = serde_json::to_string(&case).unwrap();
    assert!(json.len() < 700, "{} bytes: {json}", json.len());
}

#[test]
fn the_rules_in_force_change_nothing_on_trial() {
    let decisions = stored(&labelled("leads.jsonl"));
    let mut trial = Trial::new(model(), 3);
    for (id, stored) in decisions.iter().enumerate() {
        let case: Case<Id> = serde_json::from_str(&stored.case).unwrap();
        trial.examine(&id, &case, &stored.told);
    }
    let report = trial.finish();
    assert_eq!(report.examined, u64::try_from(decisions.len()).unwrap());
    assert_eq!(report.unchanged, report.examined);
    assert!(Change::ALL.iter().all(|change| report.count(*change) == 0));
}

#[test]
fn stricter_rules_on_trial_only_part_and_ask() {
    let rules = include_str!("../../src/model/v1.toml");
    let strict = Model::parse(&rules.replacen("same = 0.75", "same = 0.99", 1)).unwrap();
    let decisions = stored(&labelled("leads.jsonl"));
    let mut trial = Trial::new(&strict, 3);
    for (id, stored) in decisions.iter().enumerate() {
        let case: Case<Id> = serde_json::from_str(&stored.case).unwrap();
        trial.examine(&id, &case, &stored.told);
    }
    let report = trial.finish();
    assert_eq!(report.rules, strict.rules());
    assert_eq!(report.count(Change::WouldJoin), 0);
    assert!(report.count(Change::WouldPart) > 3);
    assert!(report.unchanged > report.examined / 2);
    // The first ones, in order.
    let samples = report.samples(Change::WouldPart);
    assert_eq!(samples.len(), 3);
    assert!(samples.is_sorted_by_key(|sample| sample.id));
    for sample in samples {
        assert_eq!(sample.then, decisions[sample.id].told);
        assert_eq!(sample.now.rules, strict.rules());
        assert_ne!(sample.now.verdict, "same");
    }
}
