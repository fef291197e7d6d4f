//! Short ways to write submissions and to decide about a row of them.

use matching::{
    decide::{Decision, Verdict},
    model::Model,
    population::Population,
    record::{Received, Record},
};

/// A submission that shows little.
#[derive(Clone, Copy, Default)]
pub(crate) struct Shown<'a> {
    pub(crate) name: &'a str,
    pub(crate) email: &'a str,
    pub(crate) phone: &'a str,
    pub(crate) organisation: &'a str,
    pub(crate) city: &'a str,
    pub(crate) day: i32,
}

impl Shown<'_> {
    pub(crate) fn record(self) -> Record {
        let given = |text| Some(text).filter(|text: &&str| !text.is_empty());
        Record::read(&Received {
            full_name: given(self.name),
            organisation: given(self.organisation),
            emails: given(self.email).into_iter().collect(),
            phones: given(self.phone).into_iter().collect(),
            city: given(self.city),
            locale: Some("lv"),
            day: Some(self.day),
            ..Received::default()
        })
    }
}

/// A name with a number.
pub(crate) fn call<'a>(name: &'a str, phone: &'a str) -> Shown<'a> {
    Shown {
        name,
        phone,
        ..Shown::default()
    }
}

/// A name with an address.
pub(crate) fn mail<'a>(name: &'a str, email: &'a str) -> Shown<'a> {
    Shown {
        name,
        email,
        ..Shown::default()
    }
}

pub(crate) fn model() -> &'static Model {
    Model::embedded().unwrap()
}

/// Decides about each submission on arrival, and stores it: a new person is numbered by its
/// submission. Gives the verdicts.
pub(crate) fn verdicts(
    population: &mut Population<usize>,
    row: &[Shown<'_>],
) -> Vec<Verdict<usize>> {
    let mut verdicts = Vec::new();
    for shown in row {
        let record = shown.record();
        let Decision { verdict, .. } = population.decide(model(), &record);
        let person = match &verdict {
            Verdict::Same { person, merges } => {
                for merged in merges {
                    population.merge(*person, *merged);
                }
                *person
            }
            _ => verdicts.len(),
        };
        population.add(person, record);
        verdicts.push(verdict);
    }
    verdicts
}

/// The verdict about the last one of a row.
pub(crate) fn last(row: &[Shown<'_>]) -> Verdict<usize> {
    verdicts(&mut Population::new(), row).pop().unwrap()
}

/// The verdict that gives a record to a person.
pub(crate) fn same(person: usize) -> Verdict<usize> {
    Verdict::Same {
        person,
        merges: Vec::new(),
    }
}
