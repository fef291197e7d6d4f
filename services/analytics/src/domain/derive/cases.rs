//! Service cases.

use std::collections::BTreeMap;

use clock::Timestamp;
use ids::CaseId;

use super::{
    Desk,
    book::{Age, Agent, Book, age},
    day, printed, seconds,
};
use crate::domain::{
    fact::{Fact, What},
    figures::{cells, records},
};

pub(super) fn derive(book: &Book<'_>, desk: &mut Desk<'_>) {
    for (id, case) in all(&book.journey.facts) {
        let churned = book.contracts.values().any(|contract| {
            !contract.continued
                && contract
                    .ended_at
                    .is_some_and(|ended| ended >= case.opened_at)
        });
        desk.cell(cells::Case {
            day: day(case.opened_at),
            step: case.step.to_owned(),
            severity: case.severity.to_owned(),
            agent: printed(case.agent),
            opened: 1,
            resolved: i64::from(case.resolved_at.is_some()),
            seconds: case
                .resolved_at
                .map_or(0, |resolved| seconds(case.opened_at, resolved)),
            churned: i64::from(churned),
        });
        desk.record(records::Case {
            id: id.uuid(),
            step: case.step.to_owned(),
            severity: case.severity.to_owned(),
            agent: printed(case.agent),
            opened_at: Some(case.opened_at),
            resolved_at: case.resolved_at,
            churned,
        });
    }
}

/// A case as it is now.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Case<'a> {
    step: &'a str,
    severity: &'a str,
    agent: Agent,
    opened_at: Timestamp,
    pub(crate) resolved_at: Option<Timestamp>,
    age: Age,
}

/// The cases of a journey, by id.
pub(super) fn all(facts: &[Fact]) -> BTreeMap<CaseId, Case<'_>> {
    let mut cases = BTreeMap::new();
    for fact in facts {
        if let What::CaseRecorded {
            case,
            step,
            severity,
            responsible,
            opened_at,
            resolved_at,
            ..
        } = &fact.what
        {
            let told = Case {
                step,
                severity,
                agent: *responsible,
                opened_at: *opened_at,
                resolved_at: *resolved_at,
                age: age(fact, 0),
            };
            let newest = cases.entry(*case).or_insert(told);
            if newest.age < told.age {
                *newest = told;
            }
        }
    }
    cases
}
